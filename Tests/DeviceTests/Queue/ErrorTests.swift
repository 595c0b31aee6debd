import Device
import Machine
import SMMUv3
import Testing

private let unknown = Command(word0: 0x7f, word1: 0)
private let reservedSignal = Command(word0: 0x0fc0_3046, word1: 0)

@Suite("Stopping at what is illegal")
struct ErrorTests {
    @Test("CONS.ERR, then GERROR; RD stays; later entries are untouched until GERRORN acknowledges", arguments: [unknown, reservedSignal])
    func stops(bad: Command) {
        let fixture = DeviceFixture(log2Entries: 3)
        fixture.insert(tlbis(2) + [bad] + tlbis(2, from: 2))
        var (port, observer, log) = fixture.session()
        var queue = fixture.deviceQueue()
        #expect(queue.turn(limit: .max, port: &port, observer: &observer) == 2)
        #expect(fixture.cons == 0x0100_0002)
        #expect(fixture.gerror == GlobalErrors.cmdq.rawValue)
        #expect(queue.error == .illegal && queue.cons == 2)
        let tail = log.events.drop { $0 != .ownWrite("CONS", 0x0100_0002) }.filter { if case .ownRead = $0 { false } else { true } }
        #expect(Array(tail) == [.ownWrite("CONS", 0x0100_0002), .ownWrite("GERROR", 1), .stopped(2, .illegal)])

        log.events = []
        fixture.insert(tlbis(1, from: 4))
        for _ in 0..<3 { #expect(queue.turn(limit: .max, port: &port, observer: &observer) == 0) }
        #expect(log.fetched.isEmpty && log.executed.isEmpty && fixture.cons == 0x0100_0002)

        // The driver rewrites the slot and acknowledges: the slot is fetched again.
        fixture.write(tlbi(77), at: 2)
        fixture.memory.set(fixture.placement.gerrorn, to: fixture.gerror)
        // PROD is read again as well: what was published meanwhile comes in the same turn.
        #expect(queue.turn(limit: .max, port: &port, observer: &observer) == 4)
        #expect(log.fetched.first == 4, "the bad entry's first word")
        #expect(queue.error == .none)
        #expect(queue.turn(limit: .max, port: &port, observer: &observer) == 0)
        #expect(observer.commands == tlbis(2) + [tlbi(77)] + tlbis(3, from: 2))
        #expect(fixture.cons == 6 && fixture.gerror == 1)
    }

    @Test("an error after an acknowledged one toggles GERROR back")
    func twice() {
        let fixture = DeviceFixture(log2Entries: 3)
        fixture.insert([unknown, unknown])
        var (port, observer, log) = fixture.session()
        var queue = fixture.deviceQueue()
        #expect(queue.turn(limit: .max, port: &port, observer: &observer) == 0)
        // Acknowledged with the slot as it was: it stops there again.
        fixture.memory.set(fixture.placement.gerrorn, to: fixture.gerror)
        #expect(queue.turn(limit: .max, port: &port, observer: &observer) == 0)
        #expect(fixture.gerror == 0)
        fixture.write(.sync(.sev), at: 0)
        fixture.memory.set(fixture.placement.gerrorn, to: 0)
        #expect(queue.turn(limit: .max, port: &port, observer: &observer) == 1)
        #expect(log.writes(of: "GERROR") == [1, 0, 1])
        #expect(fixture.cons == 0x0100_0001)
    }

    @Test("another error's acknowledgement does not restart the queue")
    func otherErrors() {
        let fixture = DeviceFixture(log2Entries: 3)
        let nowhere = Command.sync(.irq, msiAddress: 0x000f_ffff_ffff_fffc)
        fixture.insert([nowhere, unknown, tlbi(1)])
        var (port, observer, _) = fixture.session()
        var queue = fixture.deviceQueue()
        #expect(queue.turn(limit: .max, port: &port, observer: &observer) == 1)
        #expect(fixture.gerror == 0x11)
        fixture.memory.set(fixture.placement.gerrorn, to: 0x10)
        #expect(queue.turn(limit: .max, port: &port, observer: &observer) == 0)
        #expect(queue.error == .illegal)
        fixture.write(tlbi(0), at: 1)
        fixture.memory.set(fixture.placement.gerrorn, to: 0x11)
        #expect(queue.turn(limit: .max, port: &port, observer: &observer) == 2)
        #expect(fixture.cons == 3)
    }

    @Test("commands of the same fetch before the bad one are executed, and their CMD_SYNCs complete")
    func completesEarlier() {
        let fixture = DeviceFixture(log2Entries: 4)
        fixture.memory.set(fixture.mailbox, to: 5)
        fixture.insert(tlbis(3) + [.sync(.irq, msiAddress: fixture.address(of: fixture.mailbox)), unknown, tlbi(9)])
        var (port, observer, _) = fixture.session()
        var queue = fixture.deviceQueue()
        #expect(queue.turn(limit: .max, port: &port, observer: &observer) == 4)
        #expect(fixture.memory.inspect(fixture.mailbox) == 0)
        #expect(fixture.cons == 0x0100_0004)
    }

    @Test("a guest's VCMDQ takes three commands and CMD_SYNC, and stops at every other")
    func guestRules() {
        var opcodes = OpcodeSet.tegra241Guest
        opcodes.insert(.sync)
        let accepted: Set<UInt8> = [0x11, 0x12, 0x40, 0x46]
        for opcode in UInt8.min...UInt8.max {
            let fixture = DeviceFixture(log2Entries: 2, rules: CommandRules(opcodes: opcodes))
            fixture.insert([Command(word0: UInt64(opcode), word1: 0)])
            var (port, observer, _) = fixture.session()
            var queue = fixture.deviceQueue()
            let done = queue.turn(limit: .max, port: &port, observer: &observer)
            #expect(done == (accepted.contains(opcode) ? 1 : 0), "opcode \(opcode)")
            #expect(queue.error == (accepted.contains(opcode) ? .none : .illegal), "opcode \(opcode)")
        }
    }
}
