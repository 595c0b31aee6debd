import Device
@testable import Experiment
import Machine
import SMMUv3
import Testing

/// The device's half of the self-check, shown each thing that it must catch.
@Suite struct RecordAuditTests {
    @Test func acceptsWholeListsInOrder() {
        var bench = AuditBench()
        bench.insert(producer: 0, [1, 2, 3], sync: true)
        bench.insert(producer: 1, [4], sync: false)
        bench.insert(producer: 0, [], sync: true)
        bench.executeAll()
        #expect(bench.audit.violations.lines == [])
        #expect(bench.audit.listsDone == [2, 1])
    }

    @Test func acceptsRunsThatCrossLists() {
        var bench = AuditBench()
        for number in 0..<20 { bench.insert(producer: number % 2, [UInt64(number), 100], sync: false) }
        bench.executeRuns(of: 7)
        #expect(bench.audit.violations.lines == [])
        #expect(bench.audit.listsDone == [10, 10])
    }

    @Test func catchesALostSlot() {
        var bench = AuditBench()
        bench.insert(producer: 0, [1, 2, 3], sync: false)
        bench.execute(0)
        bench.execute(2)
        #expect(bench.audit.violations.lines.first?.contains("slot 2 was executed where slot 1 was due") == true)
    }

    @Test func catchesADoubledSlot() {
        var bench = AuditBench()
        bench.insert(producer: 0, [1, 2, 3], sync: false)
        bench.execute(0)
        bench.execute(0)
        #expect(bench.audit.violations.lines.first?.contains("slot 0 was executed where slot 1 was due") == true)
    }

    @Test func catchesAChangedCommand() {
        var bench = AuditBench()
        bench.insert(producer: 0, [1, 2, 3], sync: true)
        bench.entries[1].word1 ^= 1 << 40
        bench.executeAll()
        #expect(bench.audit.violations.lines == ["main: list 0 of producer 0, which ended at slot 3, is not what the producer wrote"])
    }

    @Test func catchesListsOutOfTheirProducersOrder() {
        var bench = AuditBench()
        bench.insert(producer: 0, [1], sync: false, number: 1)
        bench.insert(producer: 0, [2], sync: false, number: 0)
        bench.executeAll()
        #expect(bench.audit.violations.lines.first?.contains("list 1 of producer 0 ended at slot 0, where its list 0 was due") == true)
    }

    @Test func catchesAnEntryThatNobodyInserted() {
        var bench = AuditBench()
        bench.entries.append(Command(word0: 0x12, word1: 0))
        bench.executeAll()
        #expect(bench.audit.violations.lines.first?.contains("no list begins there") == true)
    }

    @Test func catchesSyncsThatAreMissingOrStray() {
        var bench = AuditBench()
        bench.insert(producer: 0, [1, 2], sync: true)
        bench.entries[2] = bench.entries[1]
        bench.insert(producer: 0, [3], sync: false)
        bench.executeAll()
        #expect(bench.audit.violations.lines.contains { $0.contains("holds no CMD_SYNC") })
        var other = AuditBench()
        other.insert(producer: 0, [1, 2], sync: false)
        other.entries[1] = .sync(.none)
        other.executeAll()
        #expect(other.audit.violations.lines.contains { $0.contains("CMD_SYNC inside a list") })
    }

    @Test func catchesAProdThatGoesBackOrTooFar() {
        let geometry = QueueGeometry(log2Entries: 4)
        for (old, new, cons, isBad): (UInt32, UInt32, UInt32, Bool) in [
            (4, 6, 2, false), (4, 18, 2, false), (4, 3, 2, true), (4, 19, 2, true), (0, 31, 0, true), (30, 14, 30, false),
        ] {
            var bench = AuditBench()
            bench.audit.readProd(from: old, to: new, cons: cons, geometry: geometry)
            #expect((bench.audit.violations.count > 0) == isBad, "PROD from \(old) to \(new) with CONS at \(cons)")
        }
    }

    @Test func aRefusedCommandMustBeTheProducersOwn() {
        for isChanged in [false, true] {
            var bench = AuditBench()
            bench.insert(producer: 0, [1, 2, 3], sync: true)
            bench.execute(0)
            var refused = bench.entries[1]
            if isChanged { refused.word0 ^= 0xff }
            bench.audit.stopped(at: 1, command: refused, error: .illegal, port: &bench.port)
            bench.entries[1] = .sync(.sev)
            for slot in 1...3 { bench.execute(UInt32(slot)) }
            #expect((bench.audit.violations.count > 0) == isChanged, "\(bench.audit.violations.lines)")
            #expect(bench.audit.refused == 1)
        }
    }
}

/// Entries in a ring, with their records, and an audit that is shown their execution.
struct AuditBench {
    var entries: [Command] = []
    var audit: RecordAudit
    var port: NativeProcessor
    private let memory: MachineMemory
    private let placement: AuditPlacement
    private var numbers: [UInt32] = [0, 0]

    init() {
        var plan = MemoryPlan()
        placement = AuditPlacement(geometry: QueueGeometry(log2Entries: 6), producers: 0..<2, hasRecords: true, plan: &plan)
        memory = MachineMemory(plan: plan)
        port = NativeProcessor(memory: memory, backoff: .spin)
        audit = RecordAudit(queueName: "main", placement: placement, producers: 2)
    }

    mutating func insert(producer: Int, _ values: [UInt64], sync: Bool, number: UInt32? = nil) {
        let commands = values.map { Command(word0: 0x12, word1: $0 << 12) }
        let record = ListRecord(
            producer: producer, number: number ?? numbers[producer], count: commands.count, sync: sync,
            checksum: ListChecksum.of(commands))
        numbers[producer] += 1
        memory.set(placement.record(at: UInt32(entries.count)), to: record.word)
        entries += commands
        if sync { entries.append(.sync(.sev)) }
    }

    mutating func execute(_ slot: UInt32) {
        let command = entries[Int(slot)]
        if command.isSync {
            audit.executedSync(command, at: slot, port: &port)
        } else {
            audit.executed([command].span, from: slot, port: &port)
        }
    }

    mutating func executeAll() {
        for slot in entries.indices { execute(UInt32(slot)) }
    }

    mutating func executeRuns(of length: Int) {
        for start in stride(from: 0, to: entries.count, by: length) {
            let run = Array(entries[start..<min(start + length, entries.count)])
            audit.executed(run.span, from: UInt32(start), port: &port)
        }
    }
}
