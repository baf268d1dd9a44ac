private import CoreService

@main
enum Entrypoint {
    static func main() { CoreService.main() }
}
