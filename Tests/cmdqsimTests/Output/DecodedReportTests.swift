@testable import cmdqsim
import SMMUv3
import Testing

@Suite struct DecodedReportTests {
    @Test func entriesKeepTheWords() {
        let entry = DecodedEntry(index: 3, Command(word0: 0x0012_0003_0000_0012, word1: 0x7f00_1701))
        #expect(entry.word0 == "0012000300000012" && entry.word1 == "000000007f001701")
        #expect(entry.name == "TLBI_NH_VA" && entry.legal && entry.fields["vmid"] == "0x3")
        #expect(!DecodedEntry(index: 0, Command(word0: 0xff, word1: 0)).legal)
    }
}
