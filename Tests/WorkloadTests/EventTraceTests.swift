import Foundation
import SMMUv3
import Testing

@testable import Workload

/// The emulator's text trace.
struct EventTraceTests {
    private func read(_ lines: [String]) throws -> RecordedStream {
        let folder = try TemporaryFolder()
        return try RecordedStream(contentsOf: folder.file("trace", lines.joined(separator: "\n") + "\n"))
    }

    private func command(_ name: String, _ detail: String...) throws -> Command {
        let stream = try read(["smmuv3_cmdq_opcode <--- SMMU_CMD_\(name)"] + detail)
        #expect(stream.commands.count == 1)
        return stream.commands[0]
    }

    @Test("Each command's fields come from its events")
    func fields() throws {
        #expect(try command("TLBI_NH_ASID", "smmuv3_cmdq_tlbi_nh_asid asid=65535") == Command(word0: 0xffff_0000_0000_0011, word1: 0))
        #expect(try command("TLBI_NH_ALL", "smmuv3_cmdq_tlbi_nh vmid=5") == Command(word0: 0x5_0000_0010, word1: 0))
        #expect(try command("TLBI_NSNH_ALL", "smmuv3_cmdq_tlbi_nsnh ") == Command(word0: 0x30, word1: 0))
        #expect(try command("TLBI_S12_VMALL", "smmuv3_cmdq_tlbi_s12_vmid vmid=7") == Command(word0: 0x7_0000_0028, word1: 0))
        #expect(try command("CFGI_CD", "smmuv3_cmdq_cfgi_cd sid=0x300") == Command(word0: 0x300_0000_0005, word1: 1))
        #expect(try command("CFGI_CD_ALL", "smmuv3_cmdq_cfgi_cd sid=0x300") == Command(word0: 0x300_0000_0006, word1: 0))
        #expect(try command("CFGI_STE", "smmuv3_cmdq_cfgi_ste streamid= 0x10") == Command(word0: 0x10_0000_0003, word1: 1))
        #expect(try command("CFGI_STE_RANGE", "smmuv3_cmdq_cfgi_ste_range start=0x0 - end=0xffffffff") == Command(word0: 4, word1: 31))
        #expect(try command("CFGI_STE_RANGE", "smmuv3_cmdq_cfgi_ste_range start=0x100 - end=0x10f") == Command(word0: 0x100_0000_0004, word1: 3))
        #expect(
            try command(
                "TLBI_NH_VA",
                "smmuv3_range_inval vmid=2 asid=4 addr=0xfffea000 tg=1 num_pages=0x1 ttl=3 leaf=1 stage=1"
            ) == Command(word0: 0x0004_0002_0000_0012, word1: 0xfffe_a701)
        )
        #expect(
            try command(
                "TLBI_S2_IPA",
                "smmuv3_range_inval vmid=2 asid=-1 addr=0x1000 tg=0 num_pages=0x1 ttl=0 leaf=0 stage=2"
            ) == Command(word0: 0x2_0000_002a, word1: 0x1000)
        )
        #expect(
            try command(
                "TLBI_NH_VAA",
                "smmuv3_range_inval vmid=2 asid=-1 addr=0xfffffffffffff000 tg=1 num_pages=0x20 ttl=2 leaf=1 stage=1"
            ) == Command(word0: 0x2_0050_0013, word1: 0xffff_ffff_ffff_f601)
        )
    }

    @Test("Commands without operands in the trace are filled as Linux writes them")
    func defaults() throws {
        #expect(try command("SYNC") == Command(word0: 0x0fc0_2046, word1: 0))
        #expect(try command("PREFETCH_CONFIG") == Command(word0: 1, word1: 0))
        #expect(try command("ATC_INV") == Command(word0: 0x40, word1: 0))
    }

    @Test("The spellings of older emulators")
    func olderSpellings() throws {
        #expect(try command("CFGI_STE", "smmuv3_cmdq_cfgi_ste streamid =16") == Command(word0: 0x10_0000_0003, word1: 1))
        #expect(try command("CFGI_STE", "smmuv3_cmdq_cfgi_ste      |_ streamid =16") == Command(word0: 0x10_0000_0003, word1: 1))
        #expect(try command("CFGI_CD", "smmuv3_cmdq_cfgi_cd streamid = 256") == Command(word0: 0x100_0000_0005, word1: 1))
        #expect(try command("TLBI_NH_ALL", "smmuv3_cmdq_tlbi_nh ") == Command(word0: 0x10, word1: 0))
        #expect(try command("TLBI_NSNH_ALL", "smmuv3_cmdq_tlbi_nh ") == Command(word0: 0x30, word1: 0))
        #expect(try command("CFGI_STE_RANGE", "smmuv3_cmdq_cfgi_ste_range start=0x0 - end=0x-1") == Command(word0: 4, word1: 31))
        #expect(try command("CFGI_STE_RANGE", "smmuv3_cmdq_cfgi_ste_range start=0x16 - end=0x31") == Command(word0: 0x10_0000_0004, word1: 3))
        #expect(
            try command("TLBI_NH_VA", "smmuv3_cmdq_tlbi_nh_va vmid =1 asid =2 addr=0x3000 leaf=1")
                == Command(word0: 0x0002_0001_0000_0012, word1: 0x3001)
        )
        #expect(
            try command("TLBI_NH_VAA", "smmuv3_cmdq_tlbi_nh_vaa vmid =1 addr=0x3000")
                == Command(word0: 0x1_0000_0013, word1: 0x3001)
        )
        #expect(
            try command("TLBI_NH_VA", "smmuv3_s1_range_inval vmid=0 asid=2 addr=0x3000 tg=1 num_pages=0x3 ttl=3 leaf=1")
                == Command(word0: 0x0002_0000_0000_2012, word1: 0x3701)
        )
    }

    @Test("Lines may have a prefix and CR LF; what is no event of a command is passed over")
    func surroundings() throws {
        let stream = try read([
            "qemu-system-aarch64: warning: something\r",
            "12345@1690000000.123456:smmuv3_cmdq_consume prod=2 cons=0 prod.wrap=0 cons.wrap=0\r",
            "12345@1690000000.123456:smmuv3_cmdq_opcode <--- SMMU_CMD_TLBI_NH_ASID\r",
            "12345@1690000000.123457:smmu_iotlb_inv_asid IOTLB invalidate asid=9\r",
            "",
            "12345@1690000000.123458:smmuv3_cmdq_tlbi_nh_asid asid=3\r",
            "smmuv3_config_cache_inv Config cache INV for sid=0x8",
            "2026-01-01T00:00:00 smmuv3_cmdq_opcode <--- SMMU_CMD_SYNC",
        ])
        #expect(stream.commands == [Command(word0: 0x0003_0000_0000_0011, word1: 0), syncCommand])
        #expect(stream.origins.isEmpty)
    }

    @Test("A range that the emulator cut into powers of two is one command again", arguments: freshSeeds(10))
    func pieces(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<50 {
            let scale = UInt64.random(in: 0...31, using: &random)
            // Linux halves NUM+1 into SCALE as far as it goes.
            let num = UInt64.random(in: 0...15, using: &random) * 2
            let pages = (num + 1) << scale
            let start = UInt64.random(in: 0..<1 << 12, using: &random) << scale
            var lines = ["smmuv3_cmdq_opcode <--- SMMU_CMD_TLBI_NH_VA"]
            var page = start
            while page < start + pages {
                var piece = page == 0 ? UInt64(1) << 60 : page & (~page + 1)
                while piece > start + pages - page { piece /= 2 }
                let address = String(page << 12, radix: 16)
                lines.append(
                    "smmuv3_range_inval vmid=0 asid=1 addr=0x\(address) tg=1 num_pages=0x\(String(piece, radix: 16)) ttl=3 leaf=1 stage=1"
                )
                page += piece
            }
            let stream = try read(lines)
            let command = Command(word0: 0x0001_0000_0000_0012 | num << 12 | scale << 20, word1: start << 12 | 0x701)
            #expect(stream.commands == [command], "seed \(seed)")
        }
    }

    @Test("The fields that a trace does not carry are listed")
    func missingFields() throws {
        let stream = try read([
            "smmuv3_cmdq_opcode <--- SMMU_CMD_CFGI_STE", "smmuv3_cmdq_cfgi_ste streamid= 0x8",
            "smmuv3_cmdq_opcode <--- SMMU_CMD_TLBI_NH_VA",
            "smmuv3_range_inval vmid=0 asid=1 addr=0x1000 tg=1 num_pages=0x1 ttl=3 leaf=1 stage=1",
            "smmuv3_cmdq_opcode <--- SMMU_CMD_SYNC",
        ])
        #expect(stream.missingFields == [
            MissingField(.cfgiSTE, .leaf, filledWith: 1), MissingField(.cfgiSTE, .ssec, filledWith: 0),
            MissingField(.sync, .cs, filledWith: 2), MissingField(.sync, .msh, filledWith: 3),
            MissingField(.sync, .msiaddr, filledWith: 0), MissingField(.sync, .msiattr, filledWith: 15),
            MissingField(.sync, .msidata, filledWith: 0),
        ])
        #expect("\(stream.missingFields[0])" == "CFGI_STE leaf (filled with 0x1)")
        #expect(stream.missingFields[0].mask == Command(word0: 0, word1: 1))
    }

    @Test("Commands that the emulator refused, does not handle, or finds no device for have no operands")
    func withoutOperands() throws {
        #expect(try command("TLBI_NH_ASID", "smmuv3_cmdq_consume_error Error on SMMU_CMD_TLBI_NH_ASID command execution: 1") == Command(word0: 0x11, word1: 0))
        #expect(try command("TLBI_S12_VMALL", "smmuv3_unhandled_cmd Unhandled command type=40") == Command(word0: 0x28, word1: 0))
        let stream = try read([Self.op + "CFGI_STE", Self.op + "SYNC"])
        #expect(stream.commands == [Command(word0: 3, word1: 1), syncCommand])
        #expect(stream.missingFields.contains(MissingField(.cfgiSTE, .sid, filledWith: 0)))
    }

    private static let op = "smmuv3_cmdq_opcode <--- SMMU_CMD_"

    @Test("What is wrong is said with its line", arguments: [
        ([op + "TLBI_NH_VA", op + "SYNC"], 2, "the next command comes before the operands of the TLBI_NH_VA in line 1"),
        ([op + "SYNC", op + "CFGI_STE"], 3, "the end of the file comes before the operands of the CFGI_STE in line 2"),
        ([op + "NONE_SUCH"], 1, "the event names the command 'SMMU_CMD_NONE_SUCH'"),
        (["smmuv3_cmdq_opcode <---"], 1, "the event names the command ''"),
        (["smmuv3_cmdq_tlbi_nh_asid asid=1", op + "SYNC"], 1, "smmuv3_cmdq_tlbi_nh_asid comes before any command"),
        ([op + "SYNC", "smmuv3_cmdq_tlbi_nh_asid asid=1"], 2, "smmuv3_cmdq_tlbi_nh_asid follows the CMD_SYNC in line 1"),
        ([op + "TLBI_NH_ASID", "smmuv3_cmdq_tlbi_nh_asid asid="], 2, "smmuv3_cmdq_tlbi_nh_asid has no number 'asid='"),
        ([op + "TLBI_NH_ASID", "smmuv3_cmdq_tlbi_nh_asid asid=1x"], 2, "smmuv3_cmdq_tlbi_nh_asid has no number 'asid='"),
        ([op + "TLBI_NH_ASID", "smmuv3_cmdq_tlbi_nh_asid asid=65536"], 2, "asid is 0x10000"),
        ([op + "TLBI_NH_ASID", "smmuv3_cmdq_tlbi_nh_asid asid=1", "smmuv3_cmdq_tlbi_nh_asid asid=1"], 3, "smmuv3_cmdq_tlbi_nh_asid comes twice"),
        ([op + "TLBI_NH_VA", "smmuv3_range_inval vmid=0 asid=1 addr=0x1000 tg=1 num_pa"], 2, "smmuv3_range_inval has no number 'num_pages='"),
        (
            [op + "TLBI_NH_VA", "smmuv3_range_inval vmid=0 asid=1 addr=0x1000 tg=1 num_pages=0x43 ttl=3 leaf=1 stage=1", op + "SYNC"],
            3, "num_pages of the TLBI_NH_VA in line 1 add up to 67"
        ),
        ([op + "CFGI_STE_RANGE", "smmuv3_cmdq_cfgi_ste_range start=0x1 - end=0x3"], 2, "start and end of smmuv3_cmdq_cfgi_ste_range are no range"),
    ])
    func badLines(lines: [String], line: Int, problem: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("trace", lines.joined(separator: "\n") + "\n")
        let error = try #require(traceError(path))
        #expect(error.kind == .badData)
        #expect(error.line == line)
        #expect(error.problem.hasPrefix(problem), "\(error)")
        #expect(!error.expected.isEmpty)
    }

    @Test("A trace that ends within a line is refused, wherever it ends")
    func truncated() throws {
        let text = Self.op + "SYNC\n" + Self.op + "TLBI_NH_ASID\nsmmuv3_cmdq_tlbi_nh_asid asid=12\n"
        let folder = try TemporaryFolder()
        let bytes = Data(text.utf8)
        let firstLine = Self.op.utf8.count + 5
        for end in 0..<bytes.count where end != firstLine {
            #expect(traceError(try folder.file("cut", bytes.prefix(end)))?.kind == .badData, "cut to \(end) bytes")
        }
        #expect(traceError(try folder.file("whole", bytes)) == nil)
    }

    @Test("Random damage to a trace never ends the process", arguments: freshSeeds(4))
    func damage(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let text = Self.op + "TLBI_NH_VA\nsmmuv3_range_inval vmid=0 asid=1 addr=0x1000 tg=1 num_pages=0x1f ttl=3 leaf=1 stage=1\n"
            + Self.op + "CFGI_STE_RANGE\nsmmuv3_cmdq_cfgi_ste_range start=0x0 - end=0xffffffff\n"
        let folder = try TemporaryFolder()
        for _ in 0..<100 {
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8(truncatingIfNeeded: random.next())
            }
            let path = try folder.file("damaged", Data(bytes))
            do {
                #expect(try RecordedStream(contentsOf: path).commands.count <= 2, "seed \(seed)")
            } catch {
                #expect(error.file == path, "seed \(seed)")
            }
        }
    }
}
