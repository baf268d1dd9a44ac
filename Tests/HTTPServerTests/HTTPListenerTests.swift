import LinuxSystem
import TestSupport
import Testing

@testable import HTTPServer
