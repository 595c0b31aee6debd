import Testing

/// The rules can fail: each finds what is seeded here.
@Suite struct CheckerTests {
    @Test func importsAreRead() {
        let text = """
            import Machine
            @testable import Experiment
            package import SMMUv3
            @_spi(Test) public import struct Workload.DMALoop
            // import Device
            let words = "do not import this"
            """
        #expect(SourceText.imports(text) == ["Machine", "Experiment", "SMMUv3", "Workload"])
    }

    @Test func importsOutOfOrderAreFound() {
        #expect(Rooms.problems(importing: ["Experiment"], in: "Workload") == ["Workload imports Experiment, which comes after it"])
        #expect(Rooms.problems(importing: ["SMMUv3"], in: "Machine") == ["Machine imports SMMUv3, of which it must know nothing"])
        #expect(Rooms.problems(importing: ["Foundation"], in: "Rooftop") == ["Rooftop has no place in the order of modules"])
        #expect(Rooms.problems(importing: ["SMMUv3", "Machine", "Foundation"], in: "Device").isEmpty)
    }

    @Test(arguments: [
        "let p: UnsafeMutablePointer<Int>", "x.withUnsafeBytes { _ in }", "unsafeBitCast(a, to: B.self)", "nonisolated(unsafe) var a = 0",
        "func f(_ p: OpaquePointer)", "Unmanaged.passRetained(a)",
    ])
    func unsafeMemoryIsFound(code: String) {
        let found = SourceText.unsafeIdentifiers("// first line\n\(code)\n")
        #expect(found.map(\.line) == [2])
    }

    @Test func commentsAreNoCode() {
        #expect(SourceText.unsafeIdentifiers("// UnsafePointer\nlet safe = 1 // unsafe\n").isEmpty)
    }

    @Test(arguments: [("", 0), ("a", 1), ("a\n", 1), ("a\n\nb\n", 3), (String(repeating: "x\n", count: 401), 401)])
    func linesAreCounted(text: String, count: Int) {
        #expect(SourceText.lineCount(text) == count)
    }

    @Test func brokenLinksAreFound() {
        let text = """
            [here](there.md) [up](../README.md#top) [gone](gone.md) [web](https://example.org/x) [self](#part)
            `[code](nowhere)` [out](../../outside.md)
            ```
            [fenced](nowhere)
            ```
            """
        let present: Set<String> = ["docs/there.md", "README.md"]
        #expect(MarkdownText.fileLinks(text) == ["there.md", "../README.md", "gone.md", "../../outside.md"])
        #expect(
            MarkdownText.brokenLinks(text, at: "docs/page.md") { present.contains($0) } == ["gone.md", "../../outside.md"])
    }
}
