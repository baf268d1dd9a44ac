/// What OpenSSH 9.2 does when nothing is written, with the patches Debian applies to it (`sshd -T` on an empty file shows it).
enum SSHServerDefaults {
    static let settings: [String: [String]] = {
        var settings: [String: [String]] = [:]
        for line in single.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1)
            settings[String(words[0])] = [String(words[1])]
        }
        settings["ciphers"] = [ciphers]
        settings["macs"] = [macs]
        settings["kexalgorithms"] = [keyExchange]
        settings["casignaturealgorithms"] = [certificateSignatures]
        for keyword in ["hostkeyalgorithms", "pubkeyacceptedalgorithms", "hostbasedacceptedalgorithms"] {
            settings[keyword] = [keys]
        }
        settings["listenaddress"] = ["[::]", "0.0.0.0"]
        settings["hostkey"] = ["rsa", "ecdsa", "ed25519"].map { "/etc/ssh/ssh_host_\($0)_key" }
        return settings
    }()

    private static let single = """
        port 22
        addressfamily any
        usepam no
        logingracetime 120
        x11displayoffset 10
        maxauthtries 6
        maxsessions 10
        clientaliveinterval 0
        clientalivecountmax 3
        requiredrsasize 1024
        streamlocalbindmask 0177
        unusedconnectiontimeout none
        permitrootlogin without-password
        ignorerhosts yes
        ignoreuserknownhosts no
        hostbasedauthentication no
        hostbasedusesnamefrompacketonly no
        pubkeyauthentication yes
        kerberosauthentication no
        kerberosorlocalpasswd yes
        kerberosticketcleanup yes
        gssapiauthentication no
        gssapicleanupcredentials yes
        gssapikeyexchange no
        gssapistrictacceptorcheck yes
        gssapistorecredentialsonrekey no
        gssapikexalgorithms gss-group14-sha256-,gss-group16-sha512-,gss-nistp256-sha256-,gss-curve25519-sha256-,gss-group14-sha1-,gss-gex-sha1-
        passwordauthentication yes
        kbdinteractiveauthentication yes
        printmotd yes
        printlastlog yes
        x11forwarding no
        x11uselocalhost yes
        permittty yes
        permituserrc yes
        strictmodes yes
        tcpkeepalive yes
        permitemptypasswords no
        compression yes
        gatewayports no
        usedns no
        allowtcpforwarding yes
        allowagentforwarding yes
        disableforwarding no
        allowstreamlocalforwarding yes
        streamlocalbindunlink no
        fingerprinthash SHA256
        exposeauthinfo no
        pidfile /run/sshd.pid
        modulifile /etc/ssh/moduli
        xauthlocation /usr/bin/xauth
        banner none
        forcecommand none
        chrootdirectory none
        trustedusercakeys none
        revokedkeys none
        securitykeyprovider internal
        authorizedprincipalsfile none
        versionaddendum none
        authorizedkeyscommand none
        authorizedkeyscommanduser none
        authorizedprincipalscommand none
        authorizedprincipalscommanduser none
        hostkeyagent none
        loglevel INFO
        syslogfacility AUTH
        authorizedkeysfile .ssh/authorized_keys .ssh/authorized_keys2
        authenticationmethods any
        maxstartups 10:30:100
        persourcemaxstartups none
        persourcenetblocksize 32:128
        permittunnel no
        ipqos lowdelay throughput
        rekeylimit 0 0
        permitopen any
        permitlisten any
        permituserenvironment no
        pubkeyauthoptions none
        debianbanner yes
        """

    private static let ciphers = """
        chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,aes256-gcm@openssh.com
        """

    private static let macs = """
        umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,\
        hmac-sha1-etm@openssh.com,umac-64@openssh.com,umac-128@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1
        """

    private static let keyExchange = """
        sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org,\
        ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group-exchange-sha256,\
        diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,diffie-hellman-group14-sha256
        """

    private static let certificateSignatures = """
        ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,sk-ssh-ed25519@openssh.com,\
        sk-ecdsa-sha2-nistp256@openssh.com,rsa-sha2-512,rsa-sha2-256
        """

    private static let keys = """
        ssh-ed25519-cert-v01@openssh.com,ecdsa-sha2-nistp256-cert-v01@openssh.com,\
        ecdsa-sha2-nistp384-cert-v01@openssh.com,ecdsa-sha2-nistp521-cert-v01@openssh.com,\
        sk-ssh-ed25519-cert-v01@openssh.com,sk-ecdsa-sha2-nistp256-cert-v01@openssh.com,\
        rsa-sha2-512-cert-v01@openssh.com,rsa-sha2-256-cert-v01@openssh.com,ssh-ed25519,ecdsa-sha2-nistp256,\
        ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,sk-ssh-ed25519@openssh.com,sk-ecdsa-sha2-nistp256@openssh.com,\
        rsa-sha2-512,rsa-sha2-256
        """

    /// Every algorithm the server knows, which a pattern (`aes*-cbc`) picks from, in its own order (`ssh -Q`).
    static let available: [String: [String]] = [
        "ciphers": names(
            """
            3des-cbc aes128-cbc aes192-cbc aes256-cbc aes128-ctr aes192-ctr aes256-ctr aes128-gcm@openssh.com \
            aes256-gcm@openssh.com chacha20-poly1305@openssh.com
            """),
        "macs": names(
            """
            hmac-sha1 hmac-sha1-96 hmac-sha2-256 hmac-sha2-512 hmac-md5 hmac-md5-96 umac-64@openssh.com \
            umac-128@openssh.com hmac-sha1-etm@openssh.com hmac-sha1-96-etm@openssh.com \
            hmac-sha2-256-etm@openssh.com hmac-sha2-512-etm@openssh.com hmac-md5-etm@openssh.com \
            hmac-md5-96-etm@openssh.com umac-64-etm@openssh.com umac-128-etm@openssh.com
            """),
        "kexalgorithms": names(
            """
            diffie-hellman-group1-sha1 diffie-hellman-group14-sha1 diffie-hellman-group14-sha256 \
            diffie-hellman-group16-sha512 diffie-hellman-group18-sha512 diffie-hellman-group-exchange-sha1 \
            diffie-hellman-group-exchange-sha256 ecdh-sha2-nistp256 ecdh-sha2-nistp384 ecdh-sha2-nistp521 \
            curve25519-sha256 curve25519-sha256@libssh.org sntrup761x25519-sha512 \
            sntrup761x25519-sha512@openssh.com
            """),
        "hostkeyalgorithms": keyTypes,
        "pubkeyacceptedalgorithms": keyTypes,
        "hostbasedacceptedalgorithms": keyTypes,
        "casignaturealgorithms": keyTypes,
    ]

    private static let keyTypes = names(
        """
        ssh-ed25519 ssh-ed25519-cert-v01@openssh.com sk-ssh-ed25519@openssh.com sk-ssh-ed25519-cert-v01@openssh.com \
        ecdsa-sha2-nistp256 ecdsa-sha2-nistp256-cert-v01@openssh.com ecdsa-sha2-nistp384 \
        ecdsa-sha2-nistp384-cert-v01@openssh.com ecdsa-sha2-nistp521 ecdsa-sha2-nistp521-cert-v01@openssh.com \
        sk-ecdsa-sha2-nistp256@openssh.com sk-ecdsa-sha2-nistp256-cert-v01@openssh.com \
        webauthn-sk-ecdsa-sha2-nistp256@openssh.com ssh-dss ssh-dss-cert-v01@openssh.com ssh-rsa \
        ssh-rsa-cert-v01@openssh.com rsa-sha2-256 rsa-sha2-256-cert-v01@openssh.com rsa-sha2-512 \
        rsa-sha2-512-cert-v01@openssh.com
        """)

    private static func names(_ text: String) -> [String] { text.split(whereSeparator: \.isBlank).map(String.init) }
}
