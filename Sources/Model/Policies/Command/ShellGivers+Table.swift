extension ShellGiver {
    struct Group {
        var kind: Class
        var danger: Danger
        /// Name, and how it gives a shell.
        var programs: [(String, String)]
    }

    static let groups =
        [
            Group(kind: .shell, danger: .argumentsOrNone, programs: same("it is a shell", shells)),
            Group(
                kind: .interpreter, danger: .argumentsOrNone,
                programs: same("it runs the program it is given", languages)),
            Group(kind: .interpreter, danger: .arguments, programs: textLanguages),
            Group(kind: .editor, danger: .always, programs: editors),
            Group(kind: .pager, danger: .always, programs: pagers),
            Group(kind: .packageManager, danger: .arguments, programs: packageManagers),
            Group(kind: .container, danger: .arguments, programs: containers),
            Group(kind: .serviceManager, danger: .verb, programs: serviceManagers),
            Group(kind: .launcher, danger: .argumentsOrNone, programs: prompts),
            Group(kind: .launcher, danger: .arguments, programs: same("it runs the command it is given", launchers)),
            Group(kind: .network, danger: .arguments, programs: networkPrograms),
            Group(kind: .network, danger: .options, programs: networkOptions),
            Group(kind: .archiver, danger: .options, programs: archivers),
            Group(kind: .build, danger: .arguments, programs: builders),
            Group(kind: .build, danger: .options, programs: buildOptions),
            Group(kind: .debugger, danger: .arguments, programs: debuggers),
            Group(kind: .database, danger: .argumentsOrNone, programs: databases),
            Group(kind: .fileWriter, danger: .options, programs: fileWriters),
            Group(kind: .tool, danger: .options, programs: tools),
        ]

    private static func same(_ how: String, _ names: String) -> [(String, String)] {
        names.split(separator: " ").map { (String($0), how) }
    }

    private static let shells =
        "sh bash rbash dash ash zsh ksh ksh93 mksh lksh fish csh tcsh busybox toybox yash elvish nu xonsh pwsh posh sash"

    private static let languages = """
        python pypy perl ruby node nodejs deno bun php lua luajit tclsh wish expect guile racket R Rscript julia ghci irb \
        ipython ocaml scala groovy jshell java erl iex elixir gjs swift osascript octave sbcl clisp
        """

    private static let textLanguages = [
        ("awk", "its program text has system()"), ("gawk", "its program text has system()"),
        ("mawk", "its program text has system()"), ("nawk", "its program text has system()"),
        ("original-awk", "its program text has system()"), ("sed", "its command e runs a command, w writes a file"),
        ("jq", "it reads modules and files by name"), ("bc", "it is a prompt"), ("dc", "its command ! runs a command"),
        ("m4", "its syscmd runs a command"), ("gnuplot", "its system runs a command"),
        ("xargs", "it runs the command it is given"), ("parallel", "it runs the command it is given"),
        ("ld.so", "the dynamic loader runs the program it is given"),
        ("msgfilter", "it runs a filter"), ("run-parts", "it runs a directory"),
    ]

    private static let editors = [
        ("vi", ":! runs a command"), ("vim", ":! runs a command"), ("nvim", ":! runs a command"),
        ("view", ":! runs a command"), ("vimdiff", ":! runs a command"), ("rvim", ":python runs code"),
        ("gvim", ":! runs a command"), ("ex", ":! runs a command"), ("ed", "! runs a command"),
        ("red", "it edits any file of its directory"), ("nvi", ":! runs a command"), ("elvis", ":! runs a command"),
        ("emacs", "M-! runs a command"), ("emacsclient", "it asks a running editor to evaluate code"),
        ("mg", "M-! runs a command"), ("jed", "it runs macros"), ("joe", "^K ! runs a command"),
        ("nano", "^T runs a command"), ("pico", "^T runs a command"), ("micro", "it runs commands"),
        ("ne", "it runs commands"), ("mcedit", "it runs commands"), ("editor", "it is an editor"),
        ("sensible-editor", "it starts an editor"), ("visudo", "it starts an editor"), ("vipw", "it starts an editor"),
        ("vigr", "it starts an editor"), ("sudoedit", "it starts an editor"),
        ("crontab", "-e starts an editor, and jobs run commands"),
        ("mc", "it has a shell prompt"), ("ranger", "it has a shell prompt"), ("lynx", "! starts a shell"),
        ("w3m", "! runs a command"), ("links", "it starts programs"), ("elinks", "it starts programs"),
    ]

    private static let pagers = [
        ("less", "! runs a command"), ("more", "! runs a command"), ("most", "it starts an editor"),
        ("pg", "! runs a command"), ("man", "it shows pages in a pager"), ("info", "it runs commands"),
        ("pager", "it is a pager"), ("sensible-pager", "it starts a pager"), ("zless", "! runs a command"),
        ("htop", "it starts other programs"),
        ("iftop", "! runs a command"), ("bat", "it starts a pager"),
        ("mutt", "! runs a command"), ("mail", "~! runs a command"), ("mailx", "~! runs a command"),
    ]

    private static let packageManagers = [
        ("apt", "packages run scripts as root, and Pre-Invoke runs a command"),
        ("apt-get", "packages run scripts as root, and Pre-Invoke runs a command"),
        ("aptitude", "packages run scripts as root"), ("dpkg", "packages run scripts as root"),
        ("dpkg-reconfigure", "it runs scripts of packages"),
        ("rpm", "packages run scripts as root, and --eval runs code"),
        ("yum", "packages and plug-ins run code as root"), ("dnf", "packages and plug-ins run code as root"),
        ("zypper", "packages run scripts as root"), ("pacman", "packages run scripts as root"),
        ("apk", "packages run scripts as root"), ("snap", "snaps run hooks as root"),
        ("flatpak", "it runs what it installs"),
        ("pip", "packages run their set-up code"), ("pipx", "packages run their set-up code"),
        ("easy_install", "packages run their set-up code"), ("uv", "it runs the command it is given"),
        ("poetry", "it runs the command it is given"), ("conda", "packages run scripts"),
        ("npm", "packages run scripts"), ("npx", "it runs the package it is given"), ("yarn", "packages run scripts"),
        ("pnpm", "packages run scripts"), ("gem", "packages build with their own code"),
        ("bundle", "it runs the command it is given"), ("bundler", "it runs the command it is given"),
        ("cargo", "packages build with their own code"), ("go", "it runs what it builds"),
        ("composer", "packages run scripts"), ("cpan", "it has a shell prompt"),
        ("cpanm", "packages build with their own code"),
        ("nix", "it runs what it builds"), ("nix-env", "it runs what it builds"), ("guix", "it runs what it builds"),
        ("brew", "it runs what it builds"), ("add-apt-repository", "what it adds is trusted to run as root"),
        ("apt-key", "what it adds is trusted to run as root"), ("debconf", "it runs the command it is given"),
    ]

    private static let containers = [
        ("docker", "a container can mount the host"), ("podman", "a container can mount the host"),
        ("nerdctl", "a container can mount the host"), ("ctr", "a container can mount the host"),
        ("crictl", "a container can mount the host"), ("runc", "a container can mount the host"),
        ("docker-compose", "a container can mount the host"), ("lxc", "a container can mount the host"),
        ("lxd", "a container can mount the host"), ("incus", "a container can mount the host"),
        ("kubectl", "a pod can mount the host"), ("helm", "a chart can mount the host"),
        ("k3s", "a pod can mount the host"),
        ("virsh", "a machine can be given the host's disks"), ("vagrant", "it runs the file it is given"),
        ("systemd-nspawn", "it runs the command it is given"), ("machinectl", "shell starts a shell on the host"),
        ("bwrap", "it runs the command it is given"), ("firejail", "it runs the command it is given"),
        ("apptainer", "a container can mount the host"), ("singularity", "a container can mount the host"),
    ]

    private static let serviceManagers = [
        ("systemctl", "it shows status in a pager, and edit and link make units that run commands"),
        ("journalctl", "it shows the journal in a pager"), ("loginctl", "it shows its output in a pager"),
        ("hostnamectl", "it shows its output in a pager"), ("timedatectl", "it shows its output in a pager"),
        ("localectl", "it shows its output in a pager"), ("networkctl", "it shows its output in a pager"),
        ("resolvectl", "it shows its output in a pager"), ("busctl", "it calls services that run commands"),
        ("coredumpctl", "debug starts a debugger"), ("service", "it runs the script that a path leads to"),
        ("invoke-rc.d", "it runs the script that a path leads to"),
        ("rc-service", "it runs the script that a path leads to"),
        ("initctl", "it makes jobs that run commands"), ("launchctl", "it makes jobs that run commands"),
        ("supervisorctl", "it has a prompt"), ("dbus-send", "it calls services that run commands"),
        ("gdbus", "it calls services that run commands"),
    ]

    private static let prompts = [
        ("su", "it starts a shell"), ("sudo", "it runs the command it is given"),
        ("doas", "it runs the command it is given"),
        ("pkexec", "it runs the command it is given"), ("run0", "it runs the command it is given"),
        ("runuser", "it starts a shell"), ("login", "it starts a shell"), ("sulogin", "it starts a shell"),
        ("newgrp", "it starts a shell"), ("sg", "it starts a shell"), ("chroot", "it starts a shell"),
        ("unshare", "it starts a shell"), ("nsenter", "it starts a shell"), ("setarch", "it starts a shell"),
        ("script", "it starts a shell"), ("screen", "it starts a shell"), ("tmux", "it starts a shell"),
        ("dtach", "it starts a shell"), ("byobu", "it starts a shell"), ("expect", "it runs the command it is given"),
        ("aa-exec", "it runs the command it is given"), ("capsh", "it starts a shell"), ("agetty", "it starts a login"),
        ("debugfs", "it reads and writes any file of a disk"), ("fdisk", "it has a prompt that writes disks"),
        ("parted", "it has a prompt that writes disks"), ("bluetoothctl", "it has a prompt"),
        ("nmcli", "edit has a prompt"),
        ("ftp", "! starts a shell"), ("sftp", "! starts a shell"), ("tftp", "it has a prompt"),
        ("telnet", "! starts a shell"),
        ("lftp", "! starts a shell"), ("smbclient", "! starts a shell"),
    ]

    private static let launchers = """
        env nohup nice ionice chrt taskset timeout setsid setpriv stdbuf time unbuffer watch flock softlimit \
        systemd-run systemd-inhibit systemd-cat start-stop-daemon daemonize at batch eatmydata fakeroot \
        proot prlimit choom numactl cgexec ltrace perf valgrind logsave entr ssh-agent dbus-run-session dbus-launch xvfb-run \
        xdg-open open socat faketime rlwrap hyperfine chpst runcon torsocks proxychains cpulimit
        """

    private static let networkPrograms = [
        ("ssh", "ProxyCommand and LocalCommand run a command"), ("scp", "-S and ProxyCommand run a command"),
        ("nmap", "its scripts run code"), ("ncat", "-e runs a command"), ("nc", "-e runs a command"),
        ("netcat", "-e runs a command"), ("openvpn", "--up runs a command"), ("pppd", "its options run a command"),
        ("ansible", "it runs commands"), ("ansible-playbook", "it runs commands"), ("puppet", "it runs code"),
        ("salt-call", "it runs code"), ("chef-client", "it runs code"), ("terraform", "it runs commands"),
        ("msfconsole", "it runs commands"), ("nginx", "a configuration of its own writes files"),
        ("wg-quick", "PostUp runs a command"), ("mosh", "it runs a command"),
        ("ssh-keygen", "-D loads a library"), ("ip", "netns exec runs a command"),
    ]

    private static let networkOptions = [
        ("rsync", "-e and --rsync-path run a command"), ("curl", "-o writes a file, -K reads options"),
        ("wget", "--use-askpass runs a command, -O writes a file"), ("aria2c", "--on-download-complete runs a command"),
        ("tcpdump", "-z runs a command"), ("tshark", "its scripts run code"),
        ("openssl", "engines load a library"), ("certbot", "its hooks run a command"),
        ("dnsmasq", "--dhcp-script runs a command"), ("dhclient", "-sf runs a command"),
        ("sendmail", "-C reads options"), ("exim", "-be runs a command"),
        ("exim4", "-be runs a command"), ("postfix", "it runs commands"), ("sshd", "its options run a command"),
        ("iptables", "--modprobe runs a command"), ("ip6tables", "--modprobe runs a command"),
    ]

    private static let archivers = [
        ("tar", "--checkpoint-action and --to-command run a command"),
        ("bsdtar", "--use-compress-program runs a command"),
        ("zip", "-TT runs a command"), ("unzip", "it writes wherever an archive says"),
        ("cpio", "--rsh-command runs a command"),
        ("star", "it runs a compressor"), ("rdiff-backup", "its remote schema runs a command"),
        ("restic", "--password-command runs a command"), ("borg", "BORG_RSH runs a command"),
        ("duplicity", "it runs gpg with options"),
    ]

    private static let builders = [
        ("make", "a makefile runs commands"), ("gmake", "a makefile runs commands"),
        ("cmake", "its scripts run commands"),
        ("ctest", "it runs commands"), ("ninja", "a build file runs commands"), ("meson", "a build file runs commands"),
        ("bazel", "a build file runs commands"), ("scons", "a build file runs code"),
        ("rake", "a build file runs code"),
        ("ant", "a build file runs commands"), ("mvn", "a build file runs plug-ins"),
        ("gradle", "a build file runs code"),
        ("debuild", "a package's rules run commands"), ("dpkg-buildpackage", "a package's rules run commands"),
        ("git", "aliases, hooks and -c options run a command, and it shows output in a pager"),
        ("svn", "--editor-cmd runs a command"), ("hg", "hooks run a command"), ("cvs", "CVS_RSH runs a command"),
        ("latex", "it writes files, and \\write18 runs a command"), ("tex", "\\write18 runs a command"),
        ("pdflatex", "\\write18 runs a command"), ("xelatex", "\\write18 runs a command"),
        ("lualatex", "it runs Lua code"), ("pandoc", "--filter runs a command"), ("dvips", "it runs a command"),
    ]

    private static let buildOptions = [
        ("gcc", "-wrapper runs a command"), ("g++", "-wrapper runs a command"), ("cc", "-wrapper runs a command"),
        ("c++", "-wrapper runs a command"), ("clang", "plug-ins run code"), ("ld", "plug-ins run code"),
        ("ctags", "--options reads commands"), ("doxygen", "its filters run a command"),
    ]

    private static let debuggers = [
        ("gdb", "shell and python run code, and it changes processes"), ("lldb", "it runs code"),
        ("strace", "it runs the command it is given"), ("bpftrace", "system() runs a command"),
        ("stap", "its scripts run code in the kernel"), ("insmod", "it loads code into the kernel"),
        ("modprobe", "install lines run a command, and it loads code into the kernel"),
        ("kexec", "it starts another kernel"),
        ("ldconfig", "it changes which libraries are loaded"), ("ldd", "it may run the program it is given"),
        ("pdb", "it is a prompt"), ("bpftool", "it loads code into the kernel"), ("criu", "it makes processes"),
    ]

    private static let databases = [
        ("mysql", "\\! runs a command"), ("mariadb", "\\! runs a command"), ("psql", "\\! runs a command"),
        ("sqlite3", ".shell runs a command"), ("sqlite", ".shell runs a command"),
        ("redis-cli", "its scripts run code"),
        ("mongo", "it runs code"), ("mongosh", "it runs code"), ("isql", "! runs a command"),
    ]

    private static let fileWriters = same(
        "who writes any file of root's is root",
        """
        tee cp mv ln dd install truncate shred chmod chown chgrp setfacl setcap chattr mount umount mkfs losetup patch \
        usermod useradd userdel groupadd groupmod gpasswd passwd chpasswd newusers chsh chfn adduser deluser \
        update-alternatives dpkg-divert dpkg-statoverride mknod mkfifo sysctl rm rmdir split csplit sort uniq xxd \
        iconv uudecode systemd-tmpfiles systemd-sysusers
        """)

    private static let tools = [
        ("find", "-exec runs a command"), ("fd", "--exec runs a command"), ("fdfind", "--exec runs a command"),
        ("rg", "--pre runs a command"), ("dmesg", "-H shows its output in a pager"),
        ("logrotate", "its scripts run a command"),
        ("hping3", "it has a prompt"), ("mtr", "--filename reads a file"), ("nft", "-f reads a file, -i is a prompt"),
        ("gpg", "--photo-viewer runs a command"), ("exiftool", "-if runs code"),
        ("ffmpeg", "it writes files"), ("convert", "delegates run a command"), ("gs", "%pipe% runs a command"),
        ("check_by_ssh", "-o runs a command"), ("fail2ban-client", "actions run a command"),
        ("cupsfilter", "it runs filters"),
        ("update-rc.d", "it enables scripts"), ("lvm", "it has a prompt"), ("zfs", "it mounts file systems"),
    ]
}
