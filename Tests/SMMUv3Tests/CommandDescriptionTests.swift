import TestSupport
import Testing

import SMMUv3

@Suite struct CommandDescriptionTests {
    @Test(arguments: [
        (0x0012_0000_0000_0012, 0x7f00_1701, "TLBI_NH_VA vmid=0 asid=0x12 va=0x7f001000 leaf tg=4K ttl=3 pages=1"),
        (
            0x0012_0003_0010_3012, 0x7f01_0701,
            "TLBI_NH_VA vmid=3 asid=0x12 va=0x7f010000 leaf tg=4K ttl=3 num=3 scale=1 pages=8"
        ),
        (0x0012_0003_0000_0011, 0, "TLBI_NH_ASID vmid=3 asid=0x12"),
        (0x0000_0003_0000_0012, 0x1000, "TLBI_NH_VA vmid=3 asid=0 va=0x1000"),
        (0x0000_0007_0000_002a, 0x4_0f01, "TLBI_S2_IPA vmid=7 ipa=0x40000 leaf tg=64K ttl=3 pages=1"),
        (0x30, 0, "TLBI_NSNH_ALL"),
        (0x0fc0_2046, 0, "CMD_SYNC cs=SEV msh=ISH msiattr=0xf"),
        (0x0fc0_1046, 0x8000_0010, "CMD_SYNC cs=IRQ msh=ISH msiattr=0xf msidata=0 msiaddr=0x80000010"),
        (0x0fc0_3046, 0, "CMD_SYNC cs=3 msh=ISH msiattr=0xf !CS=3 is reserved"),
        (0x04, 31, "CFGI_ALL sid=0x0 range=31"),
        (0x0100_0000_0004, 3, "CFGI_STE_RANGE sid=0x100 range=3"),
        (0x0100_0000_0003, 1, "CFGI_STE sid=0x100 leaf"),
        (0x0100_0000_0005, 1, "CFGI_CD sid=0x100 ssid=0 leaf"),
        (0x0200_0000_0040, 0x34, "ATC_INV sid=0x200 addr=0x0 size=all"),
        (0x0200_0000_7a40, 0x2001, "ATC_INV sid=0x200 ssv ssid=7 global addr=0x2000 size=1"),
        (0x0010_0000_7841, 0x2005, "PRI_RESP sid=0x10 ssv ssid=7 grpid=5 resp=SUCCESS"),
        (0x0010_0000_1044, 9, "RESUME sid=0x10 stag=9 resp=RETRY"),
        (
            0x99, 5, "UNKNOWN opcode=0x99 word0=0x99 word1=0x5 !opcode 0x99 names no command"
        ),
        (0x1_0000_0030, 2, "TLBI_NSNH_ALL reserved0=0x100000000 reserved1=0x2"),
        (
            0x12, 0x400,
            "TLBI_NH_VA vmid=0 asid=0 va=0x0 tg=4K pages=1 !TG names a granule while NUM, SCALE and TTL are 0, which is reserved"
        ),
        (0x40, 53, "ATC_INV sid=0x0 addr=0x0 size=53 ?SIZE=53 is above 52"),
    ] as [(UInt64, UInt64, String)])
    func lines(word0: UInt64, word1: UInt64, expected: String) {
        #expect(Command(word0: word0, word1: word1).describe() == expected)
    }

    @Test func rulesDecideWhatIsWrong() {
        let command = Command(word0: 0x12, word1: 0x400)
        #expect(command.describe(under: CommandRules()).hasSuffix("?NUM, SCALE, TTL and TG are ignored without range invalidation"))
    }

    /// A line is one line, begins with the command's name and marks exactly the illegal commands.
    @Test(arguments: seeds) func anyWord(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let rules = CommandRules(rangeInvalidation: true)
        for byte in UInt8.min...UInt8.max {
            let command = Command(word0: random.word() & ~0xff | UInt64(byte), word1: random.word())
            let line = command.describe(under: rules)
            #expect(!line.contains("\n"))
            #expect(line == command.name || line.hasPrefix(command.name + " "))
            #expect(line.contains(" !") == command.isIllegal(under: rules))
        }
    }
}
