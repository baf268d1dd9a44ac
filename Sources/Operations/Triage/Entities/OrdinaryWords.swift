/// Words of English that stand behind "user", "process", "host" in sentences and are no names: "user was", "process that", "user agent".
/// An account, a program or a host that is called so is named by a field that says it is one; in a sentence nobody could tell.
enum OrdinaryWords {
    static func contains(_ word: some StringProtocol) -> Bool {
        word.utf8.count <= 16 && words.contains(word.lowercased())
    }

    private static let words: Set<String> = Set(
        """
        a able about abuse access accessed accesses accessing account accounts action actions activities activity add added address
        addresses adds administrators admins affected after again against agent agentless agents alert alerts alive all allowed also am an
        analyst analysts and another any app appeared appears application applications approved apps are argument arguments as asked at
        attempt attempted attempting attempts authenticated authenticates authentication authorization awareness backup backups based be
        became because been before behavior behaviour being between binaries binary body both browsed but by bypassed bypasses called
        calling calls came can care carried case cases caused causes causing change changed changes changing child children clicked clicks
        client clients closed closes comes coming command commands company compromised computer computers config configuration confirmed
        connected connecting connection connections connects contacted content contents context control controlled controls copied copies
        copying could count counts crash crashed create created creates creation credential credentials customer customers data database
        databases date day days dead default defined deleted deletes deletion denied desktop desktops destination details detected detection
        detects device devices did different directories directory disable disabled do does domain domains done down download downloaded
        downloads driven dump dumping during each elevated elevates else email emails employee employees enable enabled enrolled entered
        enters enumeration environment error errors escalated escalates event events ever every example exceeded exceeds executable
        executables executed executes executing execution exit exited exits experience expired expires explorer external facing failed
        failing fails failure failures few field fields file files finds firewall first folder folders for forwarded found friendly from
        gateway gave gets getting given gives goes going got grant granted grants group groups had handle handles has have having he header
        headers headquarters here hollowing home hooking host hostname hostnames hosts hour hours how i id identity ids if illegal image
        images impersonated in infected info information infrastructure initiated injection input inputs install installed installs instance
        instances intelligence interaction interface internal internet into invalid invoked invokes is isolated it its joined joins just key
        keys kill killed kind laptop laptops last later launched launches launching leaves left level levels link links list listened
        listening listens listing lists loaded loading loads local locked lockout locks log logged logging login logins logoff logon logout
        logs machine machines made mail mailbox mails maintenance makes making malicious management manual many may member members memory
        message messages might minute minutes mode modification modified modifies module modules monitor monitored monitoring month months
        more most moved moves moving much multiple must name named names need needed needs network networks never new next no nor normal not
        now number numbers observed of off offline often old on once one online only onto open opened opening opens option options or org
        organization other out over own owned owner owners page pages parameter parameters parent passphrase password passwords patch
        patches path paths people per performed performing performs permission permissions permitted person persons phished phone phones
        ping pings policies policy port ports private privilege privileges process processes profile profiles program programs protection
        provided proxy public purpose purposes put puts queried queries ran reachable reached reaches read reading reads reason reasons
        received receives record records registered registering registers rejected related remote removal removed removes replied reported
        reporting reports request requested requests reset resets resetting responded responding response revoked rights role roles rule
        rules run running runs said same saved saves saving says scan scanned scanning scans screen script scripts searched second security
        seen sends sent server servers service services session sessions set sets setting settings several shall shared shares sharing she
        shell should shown shows side sign signed signs since site sites so some source sources space spaces spawn spawned spawning spawns
        specific standard start started starting starts state states status still stop stopped stopping stops string strings succeeded
        succeeds success successful such supplied suspicious switched switches system systems table taken takes target targeted targets team
        teams terminated terminates termination than that the then there these they this those thread threads three through time times to
        token tokens too took tool tools total traffic training tree tricked tried tries triggered triggers try two type types unable
        unauthorized under unknown unlocked unreachable unrelated unresponsive until unusual up update updated updates uploaded uploading
        uploads url urls use used user username usernames users uses using value values variable variables various verified version versions
        very via viewed views visited visits vulnerable want wanted wants was we website websites week weeks went were what when where which
        while who whom whose why will window windows with within without workstation workstations would writes writing written wrote year
        years yes yet you
        """.split(whereSeparator: \.isWhitespace).map(String.init))
}
