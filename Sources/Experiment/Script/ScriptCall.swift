import CommandQueue
import SMMUv3

/// One call of the script language that golden runs are written in; see docs/script-language.md.
enum ScriptCall {
    case config(ScriptConfiguration)
    case issue(sync: Bool, [Command])
    case gen(sync: Bool, count: Int, vmid: UInt16)
    /// Encodes only.
    case cmd(ret: Int, Command)
    case issue1(sync: Bool, ret: Int, Command)
    case batchInit
    case batchAdd(ret: Int, Command)
    case batchSubmit
    /// Nil: everything.
    case consume(Int?)
    case skiperr(UInt8)
    case dump
}

struct ScriptConfiguration {
    enum Pace: Equatable {
        case eager, lazy, manual
        case step(Int)
    }

    var shift: Int
    var completion: SyncCompletion
    var pace: Pace
    var base: UInt64
    /// Nil: as the previous configuration.
    var trace: Bool?
    var forceSync: Bool
}

/// What is wrong with a line.
struct ScriptProblem: Error {
    let message: String
    init(_ message: String) { self.message = message }
}

extension ScriptCall {
    /// The call on a line that is neither empty nor a comment.
    init(parsing line: Substring) throws(ScriptProblem) {
        let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
        let name = words[0]
        let arguments = words.dropFirst()
        switch name {
        case "config": self = .config(try ScriptConfiguration(parsing: arguments))
        case "issue":
            let sync = try Self.flag(arguments.first, "SYNC")
            self = .issue(sync: sync, try Self.commands(arguments.dropFirst()))
        case "gen":
            try Self.expect(arguments, count: 3, "gen SYNC N VMID")
            let fields = Array(arguments)
            self = .gen(
                sync: try Self.flag(fields[0], "SYNC"),
                count: try Self.number(fields[1], in: 0...(1 << 20), "N"),
                vmid: UInt16(try Self.number(fields[2], in: 0...65535, "VMID")))
        case "cmd":
            let (ret, command) = try Self.encode(arguments)
            self = .cmd(ret: ret, command)
        case "issue1":
            let sync = try Self.flag(arguments.first, "SYNC")
            let (ret, command) = try Self.encode(arguments.dropFirst())
            self = .issue1(sync: sync, ret: ret, command)
        case "batch_init":
            try Self.expect(arguments, count: 0, "batch_init")
            self = .batchInit
        case "batch_add":
            let (ret, command) = try Self.encode(arguments)
            self = .batchAdd(ret: ret, command)
        case "batch_submit":
            try Self.expect(arguments, count: 0, "batch_submit")
            self = .batchSubmit
        case "consume":
            try Self.expect(arguments, count: 1, "consume all|N")
            let amount = arguments.first!
            self = .consume(amount == "all" ? nil : try Self.number(amount, in: 0...Int(UInt32.max), "N"))
        case "skiperr":
            try Self.expect(arguments, count: 1, "skiperr CODE")
            self = .skiperr(UInt8(try Self.number(arguments.first!, in: 0...127, "CODE")))
        case "dump":
            try Self.expect(arguments, count: 0, "dump")
            self = .dump
        default:
            throw ScriptProblem(
                "unknown call '\(name)'; calls are config, issue, gen, cmd, issue1, batch_init, batch_add, batch_submit, consume, skiperr, dump")
        }
    }

    private static func expect(_ arguments: ArraySlice<Substring>, count: Int, _ form: String) throws(ScriptProblem) {
        guard arguments.count == count else {
            throw ScriptProblem("'\(form)' expected, with \(count) arguments, not \(arguments.count)")
        }
    }

    private static func flag(_ text: Substring?, _ name: String) throws(ScriptProblem) -> Bool {
        switch text {
        case "0": return false
        case "1": return true
        default: throw ScriptProblem("\(name) is '\(text ?? "")'; 0 or 1 expected")
        }
    }

    fileprivate static func number(_ text: Substring, in range: ClosedRange<Int>, _ name: String) throws(ScriptProblem) -> Int {
        guard let value = try? LinuxEncoder.number(text), let number = Int(exactly: value), range.contains(number) else {
            throw ScriptProblem("\(name) is '\(text)'; \(range.lowerBound) to \(range.upperBound) expected")
        }
        return number
    }

    private static func encode(_ arguments: ArraySlice<Substring>) throws(ScriptProblem) -> (ret: Int, command: Command) {
        guard let name = arguments.first else { throw ScriptProblem("a command name expected") }
        do {
            return try LinuxEncoder.encode(name: name, arguments: arguments.dropFirst())
        } catch {
            throw ScriptProblem(error.description)
        }
    }

    private static func commands(_ words: ArraySlice<Substring>) throws(ScriptProblem) -> [Command] {
        var commands: [Command] = []
        for word in words {
            let halves = word.split(separator: ":", omittingEmptySubsequences: false)
            guard halves.count == 2, let word0 = hexadecimal(halves[0]), let word1 = hexadecimal(halves[1]) else {
                throw ScriptProblem("'\(word)' is no command; W0:W1 in hexadecimal expected")
            }
            commands.append(Command(word0: word0, word1: word1))
        }
        return commands
    }

    private static func hexadecimal(_ text: Substring) -> UInt64? {
        let digits = text.hasPrefix("0x") ? text.dropFirst(2) : text
        guard let first = digits.first, first.isHexDigit else { return nil }
        return UInt64(digits, radix: 16)
    }
}

extension ScriptConfiguration {
    fileprivate init(parsing arguments: ArraySlice<Substring>) throws(ScriptProblem) {
        var values: [Substring: Substring] = [:]
        let known: Set<Substring> = ["shift", "mode", "hw", "base", "trace", "force_sync"]
        for argument in arguments {
            guard let separator = argument.firstIndex(of: "="), known.contains(argument[..<separator]) else {
                throw ScriptProblem("'\(argument)' is no setting; shift=, mode=, hw=, base=, trace=, force_sync= expected")
            }
            guard values.updateValue(argument[argument.index(after: separator)...], forKey: argument[..<separator]) == nil else {
                throw ScriptProblem("'\(argument[..<separator])' is given twice")
            }
        }
        func required(_ key: Substring) throws(ScriptProblem) -> Substring {
            guard let value = values[key] else { throw ScriptProblem("config has no \(key)=") }
            return value
        }
        func flag(_ key: Substring) throws(ScriptProblem) -> Bool? {
            switch values[key] {
            case nil: return nil
            case "0": return false
            case "1": return true
            case let text?: throw ScriptProblem("\(key) is '\(text)'; 0 or 1 expected")
            }
        }
        shift = try ScriptCall.number(try required("shift"), in: 1...19, "shift")
        switch try required("mode") {
        case "msi": completion = .msi
        case "cons": completion = .cons
        case let text: throw ScriptProblem("mode is '\(text)'; msi or cons expected")
        }
        switch try required("hw") {
        case "eager": pace = .eager
        case "lazy": pace = .lazy
        case "manual": pace = .manual
        case let text:
            guard text.hasPrefix("step:"), let count = Int(text.dropFirst(5)), count >= 1 else {
                throw ScriptProblem("hw is '\(text)'; eager, lazy, step:K (K from 1) or manual expected")
            }
            pace = .step(count)
        }
        let text = try required("base")
        guard let address = try? LinuxEncoder.number(text), address & 15 == 0 else {
            throw ScriptProblem("base is '\(text)'; a multiple of 16 expected")
        }
        base = address
        trace = try flag("trace")
        forceSync = try flag("force_sync") ?? false
    }
}
