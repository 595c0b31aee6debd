import Machine
import SMMUv3

/// The device's side of one command queue: reads PROD, fetches entries, executes them in order,
/// completes CMD_SYNCs, writes CONS, and stops at errors. Source: Arm IHI 0070 4.1, 4.7 and 7.1.
@usableFromInline
package struct DeviceQueue: Sendable {
    // What each turn needs comes first and close together: with a thousand simulated queues each line of the host's cache counts.
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

    /// Commands that are legal whatever their fields hold, and no CMD_SYNC: most of any stream.
    @usableFromInline let plainOpcodes: OpcodeSet
    @usableFromInline let addresses: AddressMap
    @usableFromInline package let placement: DeviceQueuePlacement
    @usableFromInline let timing: DeviceTiming
    /// The entries of the current fetch.
    @usableFromInline var fetched = InlineArray<16, Command>(repeating: Command(word0: 0, word1: 0))

    package init(placement: DeviceQueuePlacement, addresses: AddressMap, timing: DeviceTiming) {
        self.plainOpcodes = placement.rules.unconditionalOpcodes
        self.placement = placement
        self.addresses = addresses
        self.timing = timing
    }

    /// Executes up to `limit` entries; returns how many it executed.
    @inlinable @inline(__always)
    package mutating func turn<Port: DevicePort, Observer: DeviceObserver>(
        limit: UInt32, port: inout Port, observer: inout Observer
    ) -> UInt32 {
        // Mostly there is nothing to do: that must be found out fast, and is all that is inlined.
        hasWork(port: &port, observer: &observer) ? work(limit: limit, port: &port, observer: &observer) : 0
    }

    /// Whether there is something to execute; reads PROD where all that is known of has been executed.
    @inlinable @inline(__always)
    mutating func hasWork<Port: DevicePort, Observer: DeviceObserver>(port: inout Port, observer: inout Observer) -> Bool {
        guard prod == cons else { return true }
        // Acquire, through the port: the entries below PROD were written before it.
        let new = port.ownRegister(placement.prod, at: .fetchProd) & placement.geometry.pointerMask
        guard new != prod else { return false }
        observer.readProd(from: prod, to: new, cons: cons, geometry: placement.geometry)
        // A PROD behind CONS or beyond the queue is CONSTRAINED UNPREDICTABLE: this device takes no notice of it.
        guard placement.geometry.distance(from: cons, to: new) <= placement.geometry.entries else { return false }
        prod = new
        return true
    }

    @inlinable @inline(never)
    mutating func work<Port: DevicePort, Observer: DeviceObserver>(
        limit: UInt32, port: inout Port, observer: inout Observer
    ) -> UInt32 {
        if error != .none {
            guard isErrorAcknowledged(&port) else { return 0 }
            error = .none
            // What had been fetched is dropped, and software may have moved PROD back to CONS meanwhile.
            prod = cons
            guard hasWork(port: &port, observer: &observer) else { return 0 }
        }
        let available = min(placement.geometry.distance(from: cons, to: prod), limit)
        prefetch(available, port: &port)
        var done: UInt32 = 0
        while done < available {
            let wanted = min(available &- done, DeviceTiming.fetchEntries)
            done &+= fetchAndExecute(wanted, port: &port, observer: &observer)
            if error != .none { break }
        }
        if error == .none { publishCons(&port) }
        return done
    }

    /// Asks for the lines of the next entries, four to a line, all at once: one after the other they would cost a miss each.
    @inlinable @inline(__always)
    func prefetch<Port: DevicePort>(_ count: UInt32, port: inout Port) {
        var ahead: UInt32 = 4 &- (cons & 3)
        while ahead < min(count, 64) {
            port.dmaPrefetch(placement.slots.advanced(by: Int(placement.geometry.index(cons &+ ahead)) &* 2), at: .fetchEntries)
            ahead &+= 4
        }
    }

    /// Fetches up to `count` entries, as far as the first that is not plain, and executes them; returns how many it executed.
    /// Fewer than it fetched: it has stopped at an error.
    @inlinable @inline(__always)
    mutating func fetchAndExecute<Port: DevicePort, Observer: DeviceObserver>(
        _ count: UInt32, port: inout Port, observer: inout Observer
    ) -> UInt32 {
        let geometry = placement.geometry
        let slots = placement.slots
        let plain = plainOpcodes
        // All fetches first: they depend on nothing, so the host overlaps their cache misses, as hardware does.
        var plainCount: UInt32 = 0
        var other: Command?
        while plainCount < count {
            let entry = slots.advanced(by: Int(geometry.index(cons &+ plainCount)) &* 2)
            let command = Command(
                word0: port.dmaRead64(entry, at: .fetchEntries),
                word1: port.dmaRead64(entry.advanced(by: 1), at: .fetchEntries))
            guard plain.contains(command.opcodeByte) else {
                other = command
                break
            }
            // The mask tells the compiler what `count` says: the index is below 16.
            fetched[Int(plainCount & 15)] = command
            plainCount &+= 1
        }
        if timing.fetch > 0 { port.spend(picoseconds: timing.fetch, at: .fetchEntries) }
        if plainCount > 0 { executePlain(plainCount, port: &port, observer: &observer) }
        guard let other else { return plainCount }
        return plainCount &+ (executeOther(other, port: &port, observer: &observer) ? 1 : 0)
    }

    /// Executes the first `count` fetched commands, writing CONS as often as it must be.
    @inlinable @inline(__always)
    mutating func executePlain<Port: DevicePort, Observer: DeviceObserver>(
        _ count: UInt32, port: inout Port, observer: inout Observer
    ) {
        let geometry = placement.geometry
        var done: UInt32 = 0
        repeat {
            // Until CONS is written nobody sees how far the device is, so the time may be spent at once.
            let unpublished = geometry.distance(from: publishedCons, to: cons)
            let part = min(count &- done, timing.consEvery &- unpublished)
            if !timing.isInstant {
                port.spend(picoseconds: timing.duration(of: fetched.span.extracting(Int(done)..<Int(done &+ part))), at: .execute)
            }
            observer.executed(
                fetched.span.extracting(Int(done)..<Int(done &+ part)), from: cons, port: &port)
            cons = geometry.advance(cons, by: part)
            executedCommands &+= UInt64(part)
            done &+= part
            if unpublished &+ part >= timing.consEvery { publishCons(&port) }
        } while done < count
    }

    /// Executes a CMD_SYNC, or a command that needs a closer look; false where it stopped.
    @inlinable @inline(__always)
    mutating func executeOther<Port: DevicePort, Observer: DeviceObserver>(
        _ command: Command, port: inout Port, observer: inout Observer
    ) -> Bool {
        if command.isIllegal(under: placement.rules) {
            stop(at: command, error: .illegal, port: &port, observer: &observer)
            return false
        }
        guard command.isSync else {
            fetched[0] = command
            executePlain(1, port: &port, observer: &observer)
            return true
        }
        if timing.sync > 0 { port.spend(picoseconds: timing.sync, at: .completeSync) }
        observer.executedSync(command, at: cons, port: &port)
        cons = placement.geometry.advance(cons, by: 1)
        executedSyncs &+= 1
        complete(command, port: &port)
        return true
    }

    /// CONS first: whoever sees the MSI may conclude that the CMD_SYNC is consumed.
    @inlinable @inline(__always)
    mutating func complete<Port: DevicePort>(_ sync: Command, port: inout Port) {
        publishCons(&port)
        guard sync.cs == CompletionSignal.irq.rawValue, sync.msiAddress != 0 else {
            if sync.cs == CompletionSignal.sev.rawValue { port.sendEvent(at: .completeSync) }
            return
        }
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
        port.setOwnRegister(placement.cons, cons | placement.consFlags, at: .advanceCons)
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
        port.setOwnRegister(placement.cons, error.placed(in: cons) | placement.consFlags, at: .reportError)
        toggle(.cmdq, port: &port)
        observer.stopped(at: cons, command: command, error: error, port: &port)
    }

    /// Acknowledged by making GERRORN equal GERROR. Fetched entries were dropped, so the bad one is fetched again.
    @usableFromInline
    func isErrorAcknowledged<Port: DevicePort>(_ port: inout Port) -> Bool {
        let gerror = port.ownRegister(placement.gerror, at: .reportError)
        let gerrorn = port.ownRegister(placement.gerrorn, at: .reportError)
        guard !GlobalErrors.active(gerror: gerror, gerrorn: gerrorn).contains(.cmdq) else { return false }
        port.setOwnRegister(placement.cons, cons | placement.consFlags, at: .reportError)
        return true
    }

    /// The MSI's address leads nowhere. The CMD_SYNC is consumed all the same.
    @usableFromInline
    func abortMSI<Port: DevicePort>(port: inout Port) {
        toggle(.msiCmdqAbort, port: &port)
    }

    private func toggle<Port: DevicePort>(_ error: GlobalErrors, port: inout Port) {
        let gerror = port.ownRegister(placement.gerror, at: .reportError)
        let gerrorn = port.ownRegister(placement.gerrorn, at: .reportError)
        guard !GlobalErrors.active(gerror: gerror, gerrorn: gerrorn).contains(error) else { return }
        port.setOwnRegister(placement.gerror, gerror ^ error.rawValue, at: .reportError)
    }
}
