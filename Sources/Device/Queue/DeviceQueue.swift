import Machine
import SMMUv3

/// The device's side of one command queue: reads PROD, fetches entries, executes them in order,
/// completes CMD_SYNCs, writes CONS, and stops at errors. Source: Arm IHI 0070 4.1, 4.7 and 7.1.
@usableFromInline
package struct DeviceQueue: Sendable {
    @usableFromInline package let number: Int
    @usableFromInline package let placement: DeviceQueuePlacement
    @usableFromInline let addresses: AddressMap
    @usableFromInline let timing: DeviceTiming

    /// PROD as last read.
    @usableFromInline package internal(set) var prod: UInt32 = 0
    /// The entry to be executed next.
    @usableFromInline package internal(set) var cons: UInt32 = 0
    /// What the CONS register's RD field holds.
    @usableFromInline var publishedCons: UInt32 = 0
    /// Not `none` while the queue is stopped.
    @usableFromInline package internal(set) var error = CommandError.none

    @usableFromInline package internal(set) var executedCommands: UInt64 = 0
    @usableFromInline package internal(set) var executedSyncs: UInt64 = 0

    package init(number: Int, placement: DeviceQueuePlacement, addresses: AddressMap, timing: DeviceTiming) {
        self.number = number
        self.placement = placement
        self.addresses = addresses
        self.timing = timing
    }

    /// Executes up to `limit` entries; returns how many it executed.
    @inlinable
    package mutating func turn<Port: DevicePort, Observer: DeviceObserver>(
        limit: UInt32, port: inout Port, observer: inout Observer
    ) -> UInt32 {
        let geometry = placement.geometry
        if error != .none {
            guard isErrorAcknowledged(&port) else { return 0 }
            error = .none
        }
        if geometry.isEmpty(prod: prod, cons: cons) {
            // Acquire, through the port: the entries below PROD were written before it.
            let new = port.ownRegister(placement.prod, at: .fetchProd) & geometry.pointerMask
            guard new != prod else { return 0 }
            observer.readProd(from: prod, to: new, cons: cons, geometry: geometry)
            prod = new
        }
        let available = min(geometry.distance(from: cons, to: prod), limit)
        var done: UInt32 = 0
        while done < available {
            let wanted = min(available &- done, DeviceTiming.fetchEntries)
            let executed = fetchAndExecute(wanted, port: &port, observer: &observer)
            done &+= executed
            if executed < wanted { break }
        }
        if error == .none { publishCons(&port) }
        return done
    }

    /// Fetches the next `count` entries, then executes them. Fewer than `count`: it has stopped at an error.
    @inlinable @inline(__always)
    mutating func fetchAndExecute<Port: DevicePort, Observer: DeviceObserver>(
        _ count: UInt32, port: inout Port, observer: inout Observer
    ) -> UInt32 {
        let geometry = placement.geometry
        // All fetches first: they depend on nothing, so the host overlaps their cache misses, as hardware does.
        var fetched = InlineArray<16, Command>(repeating: Command(word0: 0, word1: 0))
        for i in 0..<Int(count) {
            let entry = placement.slots.advanced(by: Int(geometry.index(cons &+ UInt32(truncatingIfNeeded: i))) &* 2)
            fetched[i] = Command(
                word0: port.dmaRead64(entry, at: .fetchEntries),
                word1: port.dmaRead64(entry.advanced(by: 1), at: .fetchEntries))
        }
        if timing.fetch > 0 { port.spend(nanoseconds: timing.fetch, at: .fetchEntries) }
        for i in 0..<Int(count) {
            let command = fetched[i]
            if command.isIllegal(under: placement.rules) {
                stop(at: command, error: .illegal, port: &port, observer: &observer)
                return UInt32(truncatingIfNeeded: i)
            }
            if command.isSync {
                if timing.sync > 0 { port.spend(nanoseconds: timing.sync, at: .execute) }
                observer.executed(pointer: cons, command: command, port: &port)
                cons = geometry.advance(cons, by: 1)
                executedSyncs &+= 1
                complete(command, port: &port)
            } else {
                if timing.command > 0 { port.spend(nanoseconds: timing.command, at: .execute) }
                observer.executed(pointer: cons, command: command, port: &port)
                cons = geometry.advance(cons, by: 1)
                executedCommands &+= 1
                if geometry.distance(from: publishedCons, to: cons) >= timing.consEvery { publishCons(&port) }
            }
        }
        return count
    }

    /// CONS first: whoever sees the MSI may conclude that the CMD_SYNC is consumed.
    @inlinable @inline(__always)
    mutating func complete<Port: DevicePort>(_ sync: Command, port: inout Port) {
        publishCons(&port)
        guard sync.cs == CompletionSignal.irq.rawValue, sync.msiAddress != 0 else { return }
        if let word = addresses.word32(at: sync.msiAddress) {
            port.dmaWrite32(word, sync.msiData, at: .completeSync)
        } else {
            abortMSI(port: &port)
        }
    }

    @inlinable @inline(__always)
    mutating func publishCons<Port: DevicePort>(_ port: inout Port) {
        guard publishedCons != cons else { return }
        publishedCons = cons
        port.setOwnRegister(placement.cons, cons, at: .advanceCons)
    }
}

// Errors
extension DeviceQueue {
    /// CONS.RD stays at the bad entry. CONS.ERR comes before GERROR toggles: who sees the one must find the other.
    @usableFromInline
    mutating func stop<Port: DevicePort, Observer: DeviceObserver>(
        at command: Command, error: CommandError, port: inout Port, observer: inout Observer
    ) {
        self.error = error
        publishedCons = cons
        port.setOwnRegister(placement.cons, error.placed(in: cons), at: .reportError)
        toggle(.cmdq, port: &port)
        observer.stopped(pointer: cons, command: command, error: error)
    }

    /// Acknowledged by making GERRORN equal GERROR. Fetched entries were dropped, so the bad one is fetched again.
    @usableFromInline
    func isErrorAcknowledged<Port: DevicePort>(_ port: inout Port) -> Bool {
        let gerror = port.ownRegister(placement.gerror, at: .reportError)
        let gerrorn = port.ownRegister(placement.gerrorn, at: .reportError)
        guard !GlobalErrors.active(gerror: gerror, gerrorn: gerrorn).contains(.cmdq) else { return false }
        port.setOwnRegister(placement.cons, cons, at: .reportError)
        return true
    }

    /// The MSI's address leads nowhere. The CMD_SYNC is consumed all the same.
    @usableFromInline
    func abortMSI<Port: DevicePort>(port: inout Port) {
        toggle(.msiCmdqAbort, port: &port)
    }

    private func toggle<Port: DevicePort>(_ error: GlobalErrors, port: inout Port) {
        let gerror = port.ownRegister(placement.gerror, at: .reportError)
        port.setOwnRegister(placement.gerror, gerror ^ error.rawValue, at: .reportError)
    }
}
