private import PrivilegeBroker

@main
enum Entrypoint {
    static func main() { BrokerTool.main() }
}
