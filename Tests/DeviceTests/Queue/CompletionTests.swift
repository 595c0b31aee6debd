import Device
import Machine
import SMMUv3
import Testing

private func sync(address: UInt64, data: UInt32) -> Command {
    var command = Command.sync(.irq, msiAddress: address)
    command.word0 |= UInt64(data) << 32
    return command
}

@Suite("Completing CMD_SYNCs")
struct CompletionTests {
    @Test("an MSI: the observer sees it, then CONS, then the write of MSIDATA to MSIADDR", arguments: [0, 1, 0xdead_beef] as [UInt32])
    func msi(data: UInt32) {
        let fixture = DeviceFixture(log2Entries: 3)
        fixture.memory.set(fixture.mailbox, to: ~0)
        fixture.insert(tlbis(1) + [sync(address: fixture.address(of: fixture.mailbox), data: data)] + tlbis(1))
        var (port, observer, log) = fixture.session()
        var queue = fixture.deviceQueue()
        #expect(queue.turn(limit: .max, port: &port, observer: &observer) == 3)
        let afterFetch = log.events.drop { if case .executed = $0 { false } else { true } }
        let doings = afterFetch.filter { if case .dmaRead = $0 { false } else { true } }
        #expect(doings == [
            .executed(0), .executed(1), .ownWrite("CONS", 2), .dmaWrite(fixture.mailbox.offset, data), .executed(2), .ownWrite("CONS", 3),
        ])
        #expect(fixture.memory.inspect(fixture.mailbox) == 0xffff_ffff_0000_0000 | UInt64(data), "32 bits, no more")
        #expect(fixture.gerror == 0)
    }

    @Test("the MSI of Linux clears the low half of the CMD_SYNC's own slot")
    func ownSlot() {
        let fixture = DeviceFixture(log2Entries: 2)
        let slot = fixture.placement.slots.advanced(by: 2)
        fixture.insert(tlbis(1) + [.sync(.irq, msiAddress: fixture.address(of: slot))])
        var (port, observer, _) = fixture.session()
        var queue = fixture.deviceQueue()
        _ = queue.turn(limit: .max, port: &port, observer: &observer)
        #expect(fixture.memory.inspect(slot) == 0)
        #expect(fixture.memory.inspect(slot.advanced(by: 1)) == fixture.address(of: slot))
    }

    @Test("no write without an MSI", arguments: [CompletionSignal.none, .sev])
    func noMessage(signal: CompletionSignal) {
        let fixture = DeviceFixture(log2Entries: 3)
        var command = Command.sync(signal)
        // An address that the CS field makes irrelevant.
        command.word1 = fixture.address(of: fixture.mailbox)
        fixture.insert([command, .sync(.irq, msiAddress: 0)])
        var (port, observer, log) = fixture.session()
        var queue = fixture.deviceQueue()
        #expect(queue.turn(limit: .max, port: &port, observer: &observer) == 2)
        #expect(!log.events.contains { if case .dmaWrite = $0 { true } else { false } })
        #expect(log.writes(of: "CONS") == [1, 2], "written for each CMD_SYNC")
        #expect(fixture.gerror == 0)
    }

    @Test("an MSI that leads nowhere: GERROR's abort bit, and the CMD_SYNC is consumed")
    func abort() {
        let fixture = DeviceFixture(log2Entries: 4)
        let end = DeviceFixture.addressBase + UInt64(fixture.byteCount)
        for (position, address) in [end, DeviceFixture.addressBase - 4, 0x000f_ffff_ffff_fffc].enumerated() {
            fixture.insert(tlbis(1) + [sync(address: address, data: 9)] + tlbis(1))
            var (port, observer, log) = fixture.session()
            var queue = fixture.deviceQueue()
            // A queue of its own starts at 0: give it what lies before, too.
            #expect(queue.turn(limit: .max, port: &port, observer: &observer) == UInt32(3 * (position + 1)))
            #expect(!log.events.contains { if case .dmaWrite = $0 { true } else { false } })
            #expect(fixture.gerror == GlobalErrors.msiCmdqAbort.rawValue, "an error that is active already stays so")
            #expect(queue.error == .none)
            #expect(fixture.cons == UInt32(3 * (position + 1)))
        }
        // Acknowledged, the next abort is an error anew.
        fixture.memory.set(fixture.placement.gerrorn, to: fixture.gerror)
        var (port, observer, _) = fixture.session()
        var queue = fixture.deviceQueue()
        fixture.memory.set(fixture.placement.prod, to: 2)
        _ = queue.turn(limit: .max, port: &port, observer: &observer)
        #expect(fixture.gerror == 0)
    }

    @Test("the last word of memory can be written, the one after it not")
    func addressMap() {
        let map = AddressMap(base: 0x1000, byteCount: 64)
        #expect(map.word32(at: 0x1000) == Word32(offset: 0))
        #expect(map.word32(at: 0x103c) == Word32(offset: 60))
        #expect(map.word32(at: 0x1040) == nil)
        #expect(map.word32(at: 0xffc) == nil)
        #expect(map.word32(at: 0x1002) == nil)
        #expect(map.word32(at: 0) == nil)
        #expect(map.word32(at: .max) == nil)
    }
}
