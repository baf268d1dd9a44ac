private import Commands

@main
enum Entrypoint {
    static func main() { BaileyTool.main() }
}
