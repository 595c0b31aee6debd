@testable import cmdqsim
import Foundation
import Testing

@Suite struct OutputFileTests {
    @Test func nothingChangesBeforeTheResults() throws {
        try Scratch.withFolder { folder throws in
            let path = folder.appendingPathComponent("out.csv").path
            try "old".write(toFile: path, atomically: false, encoding: .utf8)
            let file = try OutputFile(path: path, flag: "--output")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out.csv"])
            try file.write("new\n")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "new\n")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out.csv"])
        }
    }

    @Test func aNewFileIsMadeOnlyWithTheResults() throws {
        try Scratch.withFolder { folder throws in
            let path = folder.appendingPathComponent("new.json").path
            let file = try OutputFile(path: path, flag: "--output")
            #expect(!FileManager.default.fileExists(atPath: path))
            try file.write("{}\n")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "{}\n")
        }
    }

    @Test func aLinkStaysALink() throws {
        try Scratch.withFolder { folder throws in
            let target = folder.appendingPathComponent("target").path
            let link = folder.appendingPathComponent("link").path
            try "old".write(toFile: target, atomically: false, encoding: .utf8)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
            try OutputFile(path: link, flag: "--output").write("new")
            #expect(try String(contentsOfFile: target, encoding: .utf8) == "new")
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
        }
    }

    @Test func devicesAreWrittenInPlace() throws {
        try OutputFile(path: "/dev/null", flag: "--output").write("gone")
        #expect(FileManager.default.fileExists(atPath: "/dev/null"))
        let full = try OutputFile(path: "/dev/full", flag: "--output")
        let failure = #expect(throws: CommandFailure.self) { try full.write("text") }
        #expect(failure?.status == .cannotWrite)
    }

    @Test func piecesTakeTheOldContentsPlaceAtTheEnd() throws {
        try Scratch.withFolder { folder throws in
            let path = folder.appendingPathComponent("out.json").path
            try "old".write(toFile: path, atomically: false, encoding: .utf8)
            let file = try OutputFile(path: path, flag: "--timeline")
            func content() -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
            try file.writePieces { sink throws(CommandFailure) in
                try sink(Array("one ".utf8))
                #expect(content() == "old")
                try sink(Array("two".utf8))
            }
            #expect(content() == "one two")
            let failure = #expect(throws: CommandFailure.self) {
                try file.writePieces { sink throws(CommandFailure) in
                    try sink(Array("three".utf8))
                    throw CommandFailure(.cannotWrite, "made up")
                }
            }
            #expect(failure?.message == "made up")
            #expect(content() == "one two")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out.json"])
        }
    }

    @Test func piecesGoToDevicesAsTheyCome() throws {
        try OutputFile(path: "/dev/null", flag: "--timeline").writePieces { sink throws(CommandFailure) in try sink([1, 2, 3]) }
        let full = try OutputFile(path: "/dev/full", flag: "--timeline")
        let failure = #expect(throws: CommandFailure.self) {
            try full.writePieces { sink throws(CommandFailure) in try sink([1]) }
        }
        #expect(failure?.status == .cannotWrite)
    }

    @Test func whatCannotBeWrittenIsRefused() throws {
        try Scratch.withFolder { folder throws in
            let file = folder.appendingPathComponent("file").path
            try "".write(toFile: file, atomically: false, encoding: .utf8)
            for path in ["", folder.path, folder.path + "/none/out", file + "/out", folder.path + "/new/"] {
                let failure = #expect(throws: CommandFailure.self, "\(path)") { try OutputFile(path: path, flag: "--output") }
                #expect(failure?.status == .usage)
                #expect(failure?.message.contains("--output") == true)
            }
        }
    }
}
