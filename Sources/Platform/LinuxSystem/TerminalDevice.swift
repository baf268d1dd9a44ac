private import CLinux

/// The device file of a terminal, by the number that `/proc/PID/stat` gives it.
enum TerminalDevice {
    /// Nil for number 0, and when no device file has that number: a terminal of another namespace, or one that is gone.
    static func path(ofDevice number: UInt32) -> String? {
        guard number != 0 else { return nil }
        // The kernel's own packing: minor 7-0, major 19-8, the rest of the minor above (new_encode_dev).
        let major = number >> 8 & 0xfff
        let minor = number & 0xff | number >> 12 & 0xfff00
        return candidates(major: major, minor: minor).first { path in
            var (foundMajor, foundMinor): (UInt32, UInt32) = (0, 0)
            return bailey_device_number(path, &foundMajor, &foundMinor) == 0 && foundMajor == major
                && foundMinor == minor
        }
    }

    private static func candidates(major: UInt32, minor: UInt32) -> [String] {
        // Unix98 slaves have eight majors from 136 on (devices.txt of the kernel).
        if (136...143).contains(major) { return ["/dev/pts/\((major - 136) << 8 | minor)", "/dev/pts/\(minor)"] }
        // Every other character device is told by sysfs: DEVNAME=ttyS0.
        let file = "/sys/dev/char/\(major):\(minor)/uevent"
        guard let lines = try? FileTree().lines(of: file, limit: 4096),  // without sysfs the name stays unknown
            let name = lines.first(where: { $0.hasPrefix("DEVNAME=") })
        else { return [] }
        return ["/dev/\(name.dropFirst("DEVNAME=".count))"]
    }
}
