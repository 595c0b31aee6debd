@testable import cmdqsim
import Experiment
import Machine
import SMMUv3
import Testing

@Suite struct FormTests {
    @Test(arguments: [
        ("0", 0), ("2M", 2_000_000), ("1.5k", 1500), ("4Ki", 4096), ("1Mi", 1 << 20), ("2Gi", 2 << 30), ("3G", 3_000_000_000),
        ("0.5Ki", 512), ("-3", -3), ("1.000", 1), ("7K", 7000),
    ])
    func quantities(text: String, value: Int) throws {
        #expect(try Quantity.parse(text) == value)
    }

    @Test(arguments: ["", "k", "1.2345k", "1.5", ".5k", "1.", "2MM", "2T", "--2", "1_000", "1.0000000001G", "99999999999G", "inf"])
    func noQuantities(text: String) {
        #expect(throws: FormError.self) { try Quantity.parse(text) }
    }

    @Test(arguments: [("2", 2.0), ("0.5", 0.5), ("2s", 2), ("500ms", 0.5)])
    func durations(text: String, seconds: Double) throws {
        #expect(try Seconds.parse(text) == seconds)
    }

    @Test(arguments: ["", "s", "ms", "1h", "nan", "inf", "1e3", "1..2", "0x10"])
    func noDurations(text: String) {
        #expect(throws: FormError.self) { try Seconds.parse(text) }
    }

    @Test func seeds() throws {
        #expect(try SeedForm.parse("18446744073709551615") == .max)
        #expect(try SeedForm.parse("0xff") == 255)
        for text in ["-1", "+1", "18446744073709551616", "0x", "seed", ""] {
            #expect(throws: FormError.self) { try SeedForm.parse(text) }
        }
    }

    @Test func names() throws {
        #expect(try NameList<QueueKind>("vcmdq,main,vcmdq").values == [.vcmdq, .main])
        #expect(throws: FormError("'Main' is unknown; allowed are main, vcmdq, ecmdq")) { try NameList<QueueKind>("Main") }
        #expect(throws: FormError.self) { try NameList<QueueKind>("main,") }
        #expect(try BackoffForm.list("spin,yield:7,linux").values == [.spin, .yield(looks: 7), .linux])
        #expect(throws: FormError("'yield' is unknown; allowed are spin, yield:N, linux")) { try BackoffForm.list("yield") }
    }

    @Test func mixes() throws {
        #expect(try MixForm.parse("TLBI_NH_VA=9,ATC_INV=1k").weights == ["TLBI_NH_VA": 9, "ATC_INV": 1000])
        for text in ["", "TLBI_NH_VA", "=3", "FOO=1", "CMD_SYNC=1", "ATC_INV=-1", "ATC_INV=1,ATC_INV=2", "ATC_INV=1..3"] {
            #expect(throws: FormError.self) { try MixForm.parse(text) }
        }
    }

    @Test func words() throws {
        let command = Command(word0: 0x0012_0003_0000_0012, word1: 0x7f00_1701)
        #expect(try CommandWords.parse(["0012000300000012:7f001701"]) == [command])
        #expect(try CommandWords.parse(["0x12000300000012", "0X7F001701", "46:0"])
            == [command, Command(word0: 0x46, word1: 0)])
        for arguments in [["46"], ["46", "0:1"], ["1:2:3"], [":"], ["46:"], ["0x:0"], ["12345678901234567:0"], ["-1:0"], ["+1:0"]] {
            #expect(throws: FormError.self) { try CommandWords.parse(arguments) }
        }
    }

    @Test func errorsAreOneLine() {
        #expect(oneLine("a\r\n   b\n\n c") == "a b c")
        #expect(oneLine("a\u{1B}[2Jb\tc") == #"a\u{1B}[2Jb\tc"#)
    }
}
