/// Where clients find the broker.
package enum BrokerSocket {
    package static let path = "/run/bailey/broker.sock"
    /// Names another path. Whoever listens there still has to be root.
    package static let variable = "BAILEY_BROKER_SOCKET"
}
