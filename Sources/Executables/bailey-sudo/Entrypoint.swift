private import SudoClient

@main
enum Entrypoint {
    static func main() { SudoProgram.main() }
}
