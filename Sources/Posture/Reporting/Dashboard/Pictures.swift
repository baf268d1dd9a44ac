import Assessment

/// The pictures of the page: SVG coloured by the page's style sheet, each with its content in words for those who do not see it.
enum Picture {
    struct Part {
        /// Style sheet class, which gives colour and pattern.
        var name: String
        var count: Int
    }

    /// A ring whose arcs are as long as the parts are large, with two lines of text in its middle.
    static func ring(_ parts: [Part], words: String, large: String, small: String) -> HTML {
        let total = max(parts.reduce(0) { $0 + $1.count }, 1)
        var arcs: [HTML] = []
        var before = 0
        for part in parts where part.count > 0 {
            let (start, length) = (thousandths(before, of: total), thousandths(part.count, of: total))
            // A sliver of the background between arcs tells them apart without colour.
            let shown = parts.count(where: { $0.count > 0 }) > 1 ? max(length - 6, 4) : length
            arcs.append(
                """
                <circle class="arc \(part.name)" cx="60" cy="60" r="48" pathLength="1000" \
                stroke-dasharray="\(shown) \(1000 - shown)" stroke-dashoffset="\(-start)"/>
                """)
            before += part.count
        }
        return """
            <svg class="ring" viewBox="0 0 120 120" role="img" aria-label="\(words)">\(hatch("ring-hatch"))\
            <g transform="rotate(-90 60 60)">\(arcs)</g>\
            <text class="large" x="60" y="61">\(large)</text><text class="small" x="60" y="78">\(small)</text></svg>
            """
    }

    /// A bar cut into parts; for those who see no colour the order is that of the words beside it.
    static func bar(_ parts: [Part], words: String) -> HTML {
        let total = max(parts.reduce(0) { $0 + $1.count }, 1)
        var rectangles: [HTML] = []
        var before = 0
        for part in parts where part.count > 0 {
            let start = thousandths(before, of: total)
            let width = thousandths(before + part.count, of: total) - start
            rectangles.append(
                "<rect class=\"fill \(part.name)\" x=\"\(start)\" y=\"0\" width=\"\(width)\" height=\"10\"/>")
            before += part.count
        }
        return """
            <svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="\(words)">\
            <rect class="track" width="1000" height="10"/>\(rectangles)</svg>
            """
    }

    private static func hatch(_ id: String) -> HTML {
        """
        <defs><pattern id="\(id)" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">\
        <rect class="hatch-ground" width="6" height="6"/><rect class="hatch-line" width="2" height="6"/></pattern></defs>
        """
    }

    private static func thousandths(_ count: Int, of total: Int) -> Int { (count * 1000 + total / 2) / total }
}
