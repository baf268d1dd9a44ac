import HostModel
import Testing

@Suite struct FactKeyTests {
    @Test(
        "A fact's key reads as words in a sentence, and stays as it is when its form is not known",
        arguments: [
            ("sysctl.kernel.kptr_restrict", "kernel parameter kernel.kptr_restrict"),
            ("file./root.mode", "the mode of /root"),
            ("file./etc/ssh/sshd_config.owner", "the owner of /etc/ssh/sshd_config"),
            ("mount./tmp.options", "the mount of /tmp"),
            ("sshd.permitrootlogin", "sshd's permitrootlogin"),
            ("package.telnetd.installed", "package telnetd installed"),
            ("pam.su.pam_wheel", "PAM's pam_wheel for su"), ("kernel.lockdown", "kernel.lockdown"), ("odd", "odd"),
        ])
    func words(key: String, words: String) { #expect(FactKey(key).words == words) }
}
