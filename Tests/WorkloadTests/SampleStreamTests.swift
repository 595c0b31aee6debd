import Foundation
import SMMUv3
import Testing

@testable import Workload

struct SampleStreamTests {
    @Test("Each sample loads and is what the catalogue says", arguments: SampleStream.allCases)
    func catalogue(sample: SampleStream) throws {
        let stream = try sample.load()
        #expect(stream.name == sample.name)
        #expect(stream.commandCount == sample.commandCount)
        #expect(stream.syncCount == sample.syncCount)
        #expect(stream.commands.allSatisfy { !$0.isIllegal(under: CommandRules(rangeInvalidation: true)) })
        #expect(stream.commands.last?.isSync == true)
        #expect(try SampleStream(named: sample.name) == sample)
        #expect(!sample.summary.isEmpty && !sample.summary.contains("\n"))
    }

    @Test("An unknown name is refused with the names that there are")
    func unknown() {
        let names = ["linux-strict-noril", "linux-strict", "linux-lazy", "linux-strict-ats", "linux61-strict"]
        #expect(throws: WorkloadError.unknownSample(name: "x", allowed: names)) { try SampleStream(named: "x") }
    }

    @Test("All samples together have at most 1,000,000 bytes")
    func size() throws {
        var bytes = 0
        for sample in SampleStream.allCases {
            bytes += try Data(contentsOf: URL(fileURLWithPath: SampleFolder.standard.path(of: sample.fileName))).count
        }
        #expect(bytes > 0 && bytes <= 1_000_000)
    }

    @Test("The first folder that has the file counts; without one the error names them all")
    func folders() throws {
        let first = try TemporaryFolder()
        let second = try TemporaryFolder()
        let folder = SampleFolder(candidates: [first.url, second.url])
        let inSecond = try second.file("a.xz", "")
        #expect(try folder.path(of: "a.xz") == inSecond)
        let inFirst = try first.file("a.xz", "")
        #expect(try folder.path(of: "a.xz") == inFirst)
        do {
            _ = try folder.path(of: "b.xz")
            Issue.record("found")
        } catch {
            #expect(error.kind == .unreadable)
            #expect(error.expected.contains(first.url.path) && error.expected.contains(second.url.path))
        }
    }

    @Test("The places searched are the resources beside and above the program, and the sources")
    func places() {
        let places = SampleFolder.standard.candidates.map(\.path)
        #expect(places.dropLast().allSatisfy { $0.hasSuffix("/cmdqsim_Workload.resources/Samples") })
        #expect(places.last?.hasSuffix("/Sources/Workload/Samples") == true)
    }

    @Test("A sample's text is what the writer makes of it", arguments: [SampleStream.lazy, .strictWithoutRIL])
    func written(sample: SampleStream) throws {
        let file = try TraceFile(path: SampleFolder.standard.path(of: sample.fileName))
        #expect(Array(RawTraceWriter.text(of: try sample.load()).utf8) == file.text)
    }

    @Test("The sample without range invalidation has batches")
    func batches() throws {
        let units = try SampleStream.strictWithoutRIL.load().units
        #expect(units.map(\.count).max() == 32)
        #expect(units.count { $0.count > 1 } > 1_000)
    }
}
