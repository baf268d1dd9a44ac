import AttackData
import Foundation
import TestSupport
import Testing

@testable import AttackRetrieval

@Suite("Stems")
struct PorterStemmerTests {
    /// Words and stems of the steps as Porter's paper gives them.
    @Test(
        "A word is cut to the stem that the paper gives for it",
        arguments: [
            ("caresses", "caress"), ("ponies", "poni"), ("ties", "ti"), ("cats", "cat"), ("feed", "feed"),
            ("agreed", "agre"), ("plastered", "plaster"), ("bled", "bled"), ("motoring", "motor"), ("sing", "sing"),
            ("conflated", "conflat"), ("troubled", "troubl"), ("sized", "size"), ("hopping", "hop"), ("tanned", "tan"),
            ("falling", "fall"), ("hissing", "hiss"), ("fizzed", "fizz"), ("failing", "fail"), ("filing", "file"),
            ("happy", "happi"), ("sky", "sky"), ("relational", "relat"), ("conditional", "condit"),
            ("rational", "ration"), ("valenci", "valenc"), ("digitizer", "digit"), ("conformabli", "conform"),
            ("radicalli", "radic"), ("differentli", "differ"), ("vileli", "vile"), ("analogousli", "analog"),
            ("vietnamization", "vietnam"), ("predication", "predic"), ("operator", "oper"), ("feudalism", "feudal"),
            ("decisiveness", "decis"), ("hopefulness", "hope"), ("callousness", "callous"), ("formaliti", "formal"),
            ("sensitiviti", "sensit"), ("sensibiliti", "sensibl"), ("triplicate", "triplic"), ("formative", "form"),
            ("formalize", "formal"), ("electriciti", "electr"), ("electrical", "electr"), ("hopeful", "hope"),
            ("goodness", "good"), ("revival", "reviv"), ("allowance", "allow"), ("inference", "infer"),
            ("airliner", "airlin"), ("gyroscopic", "gyroscop"), ("adjustable", "adjust"), ("defensible", "defens"),
            ("irritant", "irrit"), ("replacement", "replac"), ("adjustment", "adjust"), ("dependent", "depend"),
            ("adoption", "adopt"), ("homologou", "homolog"), ("communism", "commun"), ("activate", "activ"),
            ("angulariti", "angular"), ("homologous", "homolog"), ("effective", "effect"), ("bowdlerize", "bowdler"),
            ("probate", "probat"), ("rate", "rate"), ("cease", "ceas"), ("controll", "control"), ("roll", "roll"),
            ("t1003", "t1003"), ("as", "as"), ("s", "s"),
        ])
    func stem(word: String, stem: String) {
        var stemmer = PorterStemmer()
        #expect(String(decoding: stemmer.stem(Array(word.utf8)[...]), as: UTF8.self) == stem)
    }

    /// An environment that has snowballstemmer: the folder that `BAILEY_TEST_VENV` names, or `.build/venv`, which `scripts/test` makes.
    private static let python: String? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        let folder = ProcessInfo.processInfo.environment["BAILEY_TEST_VENV"] ?? root.appending(path: ".build/venv").path
        let program = folder + "/bin/python3"
        return (try? RunningProgram.output(of: [program, "-c", "import snowballstemmer"])) == "" ? program : nil
    }()

    /// Words of one and two letters are left as they are, as Porter's own program does; the paper and this peer shorten `ls` to `l`.
    @Test(
        "Another implementation finds the same stems for every word of the detection knowledge",
        .enabled(if: python != nil, "no Python environment with snowballstemmer (BAILEY_TEST_VENV)"))
    func peer() throws {
        let python = try #require(Self.python)
        let words = Set(
            ShippedAttackData.knowledge.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
                .map(String.init).filter { $0.count > 2 }
        ).sorted()
        let tree = try TemporaryTree()
        try tree.add("words", words.joined(separator: "\n"))
        let script = """
            import snowballstemmer, sys
            stemmer = snowballstemmer.stemmer("porter")
            for word in open(sys.argv[1]).read().split():
                print(stemmer.stemWord(word))
            """
        let stems = try RunningProgram.output(of: [python, "-c", script, "\(tree.path)/words"]).split(separator: "\n")
        var stemmer = PorterStemmer()
        #expect(words.count > 3000)
        #expect(
            words.map { String(decoding: stemmer.stem(Array($0.utf8)[...]), as: UTF8.self) } == stems.map(String.init))
    }
}
