/// What `bailey version` and the core's `/version` say.
package enum ProductVersion {
    package static let text = "0.1.0"
}
