import Experiment
import Testing

@Suite struct ScriptLanguageTests {
    @Test(arguments: [
        ("gen 1 1 1", 1, "the first call must be config"),
        ("config shift=7 mode=msi hw=lazy", 1, "no base="),
        ("config shift=20 mode=msi hw=lazy base=0x80000000", 1, "1 to 19"),
        ("config shift=7 mode=irq hw=lazy base=0x80000000", 1, "msi or cons"),
        ("config shift=7 mode=msi hw=step:0 base=0x80000000", 1, "eager, lazy, step:K"),
        ("config shift=7 mode=msi hw=lazy base=0x80000001", 1, "multiple of 16"),
        ("config shift=7 shift=7 mode=msi hw=lazy base=0x80000000", 1, "given twice"),
        ("# comment\n\nfrobnicate 1", 3, "unknown call 'frobnicate'"),
        ("config shift=7 mode=msi hw=lazy base=0x80000000\ngen 2 1 1", 2, "SYNC is '2'"),
        ("config shift=7 mode=msi hw=lazy base=0x80000000\ngen 1 x 1", 2, "N is 'x'"),
        ("config shift=7 mode=msi hw=lazy base=0x80000000\ngen 1 1", 2, "3 arguments"),
        ("config shift=7 mode=msi hw=lazy base=0x80000000\nissue 1 12:zz", 2, "W0:W1"),
        ("config shift=7 mode=msi hw=lazy base=0x80000000\ncmd TLBI_NH_VA colour=1", 2, "unknown field 'colour'"),
        ("config shift=7 mode=msi hw=lazy base=0x80000000\nconsume many", 2, "N is 'many'"),
        ("config shift=1 mode=cons hw=manual base=0x80000000\ngen 0 2 1\ngen 0 1 1", 3, "consume first"),
    ])
    func refusesBadLines(script: String, line: Int, message: String) {
        let error = #expect(throws: ScriptError.self) { try run(script) }
        #expect(error?.file == "test.script")
        #expect(error?.line == line)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func printsWhatCameBeforeABadLine() {
        var output = ""
        #expect(throws: ScriptError.self) {
            try ScriptRunner(fileName: "f", layout: .linux, lock: .counted)
                .run("config shift=7 mode=msi hw=lazy base=0x80000000\nnonsense") { output += $0 }
        }
        #expect(output.hasPrefix("1 config ret=0 prod=00000000"))
    }

    @Test func refusesAnInsertionThatNeverFits() throws {
        let output = try run("config shift=2 mode=cons hw=lazy base=0x1000\ngen 1 4 1\ngen 1 3 1")
        let lines = output.split(separator: "\n")
        #expect(lines[1].hasPrefix("2 gen ret=-22 prod=00000000 cons=00000000"))
        #expect(lines[2].hasPrefix("3 gen ret=0 prod=00000004 cons=00000004"))
    }

    @Test func reportsASyncThatNothingCompletes() throws {
        for mode in ["msi", "cons"] {
            let output = try run("config shift=3 mode=\(mode) hw=manual base=0x1000\ngen 1 1 1\nconsume all")
            let lines = output.split(separator: "\n")
            #expect(lines[1].hasPrefix("2 gen ret=-110 prod=00000002"), "\(lines[1])")
            #expect(lines[1].contains("lock=0"))
            #expect(lines[2].hasSuffix("hwcons=00000002 ncmd=1 nsync=1"))
        }
    }
}
