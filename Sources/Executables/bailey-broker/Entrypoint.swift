private import BrokerServer

@main
enum Entrypoint {
    static func main() { BrokerTool.main() }
}
