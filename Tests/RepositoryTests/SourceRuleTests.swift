import Foundation
import Testing

/// What every source file keeps to.
@Suite struct SourceRuleTests {
    static let longestFile = 400

    /// Files outside `Machine` that speak of unsafe memory, and why.
    static let unsafeAllowed: [String: String] = [
        "Sources/Experiment/Result/Host+Current.swift": "uname hands out its names as tuples of bytes, read through withUnsafeBytes",
    ]

    /// Modules that would stand beside libatomic_ops.
    static let bannedModules: Set<String> = ["Atomics", "Synchronization"]

    @Test func theTreeIsFound() {
        #expect(Repository.swiftFiles.count > 50)
        #expect(Repository.swiftFiles.contains("Tests/RepositoryTests/SourceRuleTests.swift"))
        #expect(!Repository.cFiles.isEmpty)
    }

    @Test(arguments: Repository.swiftFiles + Repository.cFiles)
    func fileIsNotTooLong(path: String) throws {
        let count = SourceText.lineCount(try Repository.text(of: path))
        #expect(count <= Self.longestFile, "\(path) has \(count) lines")
    }

    /// These tests name what they look for.
    static let unsafeFolders = ["Sources/Machine/", "Tests/RepositoryTests/"]

    @Test(
        arguments: Repository.swiftFiles.filter { path in
            unsafeAllowed[path] == nil && !unsafeFolders.contains { path.hasPrefix($0) }
        })
    func unsafeMemoryStaysInMachine(path: String) throws {
        let found = SourceText.unsafeIdentifiers(try Repository.text(of: path))
        #expect(found.isEmpty, "\(path) has \(found.map { "\($0.name) in line \($0.line)" }.joined(separator: ", "))")
    }

    @Test func theAllowListHasNoIdleEntry() throws {
        for path in Self.unsafeAllowed.keys where Repository.exists(path) {
            #expect(!SourceText.unsafeIdentifiers(try Repository.text(of: path)).isEmpty, "\(path) needs no entry")
        }
        #expect(Self.unsafeAllowed.keys.allSatisfy { Repository.exists($0) })
    }

    @Test(arguments: Repository.swiftFiles)
    func atomicsComeFromCAtomicOpsOnly(path: String) throws {
        let found = SourceText.imports(try Repository.text(of: path)).filter { Self.bannedModules.contains($0) }
        #expect(found.isEmpty, "\(path) imports \(found.joined(separator: ", "))")
    }

    @Test(arguments: Repository.swiftFiles.filter { $0.hasPrefix("Sources/") })
    func aModuleImportsOnlyModulesBeforeIt(path: String) throws {
        let room = String(path.split(separator: "/")[1])
        let problems = Rooms.problems(importing: SourceText.imports(try Repository.text(of: path)), in: room)
        #expect(problems.isEmpty, "\(path): \(problems.joined(separator: "; "))")
    }

    @Test(arguments: Repository.manifests)
    func aManifestHasNoUnsafeFlagsAndNoForeignAtomics(path: String) throws {
        let text = try Repository.text(of: path)
        let code = SourceText.code(text).map(\.line).joined(separator: "\n")
        #expect(!code.contains("unsafeFlags"))
        #expect(!text.contains("swift-atomics"))
    }
}
