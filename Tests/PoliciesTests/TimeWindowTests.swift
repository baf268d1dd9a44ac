import Foundation
import Policies
import Testing

/// When a rule holds, by the clocks of a place: the zones are those of tzdata, read by Bailey and, as a peer, by Foundation.
@Suite struct TimeWindowTests {
    private static func bytes(of zone: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(zone)")))
    }

    private static func rules(_ zone: String) throws -> TimeZoneRules {
        try #require(TimeZoneRules(name: zone, parsing: bytes(of: zone)), "\(zone)")
    }

    /// `2026-03-29T01:30:00Z`
    private static func moment(_ text: String) throws -> Date {
        try #require(try? Date(text, strategy: .iso8601), "\(text)")
    }

    private static func window(
        days: Set<Weekday> = Set(Weekday.allCases), _ hours: [String], _ zone: String
    ) throws -> TimeWindow {
        TimeWindow(days: days, hours: try hours.map { try #require(DailyHours($0)) }, zone: try rules(zone))
    }

    @Test(
        "In Berlin hours are the clocks', before and after each change; what spring skips never comes, what autumn repeats comes twice",
        arguments: [
            // Clocks go from 02:00 to 03:00 at 01:00 UTC.
            ("02:00-03:00", "2026-03-29T00:59:59Z", false), ("01:00-02:00", "2026-03-29T00:59:59Z", true),
            ("02:00-03:00", "2026-03-29T01:00:00Z", false), ("03:00-04:00", "2026-03-29T01:00:00Z", true),
            ("08:00-18:00", "2026-03-28T06:59:59Z", false), ("08:00-18:00", "2026-03-28T07:00:00Z", true),
            ("08:00-18:00", "2026-03-30T05:59:59Z", false), ("08:00-18:00", "2026-03-30T06:00:00Z", true),
            ("08:00-18:00", "2026-03-30T15:59:59Z", true), ("08:00-18:00", "2026-03-30T16:00:00Z", false),
            // From 03:00 back to 02:00 at 01:00 UTC.
            ("02:30-03:00", "2026-10-25T00:30:00Z", true), ("02:30-03:00", "2026-10-25T01:00:00Z", false),
            ("02:30-03:00", "2026-10-25T01:30:00Z", true), ("02:30-03:00", "2026-10-25T02:00:00Z", false),
        ])
    func berlin(hours: String, moment: String, isIn: Bool) throws {
        #expect(try Self.window([hours], "Europe/Berlin").contains(Self.moment(moment)) == isIn)
    }

    @Test(
        "South of the equator summer lasts over the turn of the year",
        arguments: [
            // UTC+11 in January, UTC+10 in July; clocks change on 5 April and 4 October 2026, at 16:00 UTC of the day before.
            ("2026-01-15T20:59:59Z", false), ("2026-01-15T21:00:00Z", true), ("2026-07-15T21:59:59Z", false),
            ("2026-07-15T22:00:00Z", true), ("2026-04-04T15:59:59Z", false), ("2026-12-31T21:00:00Z", true),
            ("2026-10-03T15:59:59Z", false), ("2026-10-04T21:00:00Z", true),
        ])
    func sydney(moment: String, isIn: Bool) throws {
        #expect(try Self.window(["08:00-09:00"], "Australia/Sydney").contains(Self.moment(moment)) == isIn)
    }

    @Test(
        "Hours over midnight belong to the day they begin on",
        arguments: [
            // 2026-11-27 is a Friday; Berlin is at UTC+1.
            ("2026-11-27T20:59:59Z", false), ("2026-11-27T21:00:00Z", true), ("2026-11-27T23:00:00Z", true),
            ("2026-11-28T04:59:59Z", true), ("2026-11-28T05:00:00Z", false), ("2026-11-28T21:00:00Z", false),
            ("2026-11-27T03:00:00Z", false),
        ])
    func midnight(moment: String, isIn: Bool) throws {
        #expect(
            try Self.window(days: [.friday], ["22:00-06:00"], "Europe/Berlin").contains(Self.moment(moment)) == isIn)
    }

    @Test("Over the night in which clocks change the window is as long as the clocks make it")
    func nightOfChange() throws {
        let window = try Self.window(days: [.saturday], ["22:00-06:00"], "Europe/Berlin")
        func hours(from start: String) throws -> Int {
            let start = try Self.moment(start)
            return (0..<24).count { window.contains(start + Double($0) * 3600) }
        }
        #expect(try hours(from: "2026-03-28T12:00:00Z") == 7)
        #expect(try hours(from: "2026-10-24T12:00:00Z") == 9)
        #expect(try hours(from: "2026-07-04T12:00:00Z") == 8)
    }

    @Test(
        "Offsets are those that Foundation reads of the same zone, every 37 hours from 1980 to 2090",
        arguments: [
            "Europe/Berlin", "Europe/London", "America/New_York", "Australia/Sydney", "Pacific/Auckland",
            "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns", "Europe/Dublin", "Asia/Tokyo",
        ])
    func peer(zone: String) throws {
        let (rules, peer) = (try Self.rules(zone), try #require(TimeZone(identifier: zone)))
        let different = stride(from: 315_532_800, to: 3_786_912_000, by: 37 * 3600).first { second in
            rules.secondsFromUTC(at: second)
                != peer.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(second)))
        }
        #expect(different == nil)
    }

    @Test(
        "A zone file that is cut, has leap seconds or a rule that cannot be read is none, and a policy that names it is refused"
    )
    func broken() throws {
        let whole = try Self.bytes(of: "Europe/Berlin")
        for count in stride(from: 0, to: whole.count, by: 41) {
            #expect(TimeZoneRules(name: "Broken", parsing: Array(whole[..<count])) == nil, "\(count)")
        }
        var other = whole
        other[4] = 0
        #expect(TimeZoneRules(name: "Old", parsing: other) == nil)
        let footer = try #require(whole.dropLast().lastIndex(of: 0x0a))
        for rule in [
            "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-99", "C-1", "CET-1CEST,M3.5.0,M10.5.0/168",
            "nonsense!",
        ] {
            #expect(TimeZoneRules(name: "Rule", parsing: whole[...footer] + Array("\(rule)\n".utf8)) == nil, "\(rule)")
        }
        let policy = """
            schema: 1
            rules:
              - { id: a, effect: allow, command: /usr/bin/id, arguments: [], from: any, approval: none, time: { hours: "08:00-18:00", time_zone: Europe/Broken } }
            """
        let references = PolicyReferences(
            timeZone: { TimeZoneRules(name: $0, parsing: Array(whole.prefix(100))) }, resolved: { $0 })
        let errors = #expect(throws: PolicyErrors.self) {
            try CommandPolicy(parsing: PolicyText(path: "p", policy), references: references)
        }
        #expect(errors?.description.contains("knows no time zone") == true, "\(errors?.description ?? "")")
    }

    @Test("Bytes changed anywhere in a zone file make it none, or one that gives an offset for every moment")
    func damaged() throws {
        let whole = try Self.bytes(of: "Europe/Berlin")
        for place in whole.indices {
            var bytes = whole
            bytes[place] ^= 0xff
            guard let rules = TimeZoneRules(name: "Damaged", parsing: bytes) else { continue }
            for moment in [Int(Int32.min), 0, 1_790_000_000, 4_000_000_000] {
                _ = TimeWindow(zone: rules).contains(Date(timeIntervalSince1970: TimeInterval(moment)))
            }
        }
    }
}
