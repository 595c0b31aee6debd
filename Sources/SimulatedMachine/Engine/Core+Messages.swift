import Machine

extension Core {
    /// Lets a message arrive: most are stores.
    @inline(__always)
    mutating func deliver(_ place: Int) {
        switch messages.kind(place) {
        case .store32:
            let store = messages.take(place)
            words.store32(Word32(offset: store.place), UInt32(truncatingIfNeeded: store.value), .relaxed)
        case .store64:
            let store = messages.take(place)
            words.store64(Word64(offset: store.place), store.value, .relaxed)
        default: deliverOther(place)
        }
    }

    // Not inlined: whoever waits for its turn keeps the frame of what calls this.
    @inline(never)
    private mutating func deliverOther(_ place: Int) {
        let message = messages.take(place)
        switch message.kind {
        case .store32, .store64: preconditionFailure("stores arrive where messages are delivered")
        case .deferredStore32, .deferredStore64: startDeferredStore(message)
        case .registerWrite:
            words.store32(Word32(offset: message.place), UInt32(truncatingIfNeeded: message.value), .relaxed)
            let device = Int(lines[message.place >> 6].device)
            if isRecording { recorder.register(message.place, UInt32(truncatingIfNeeded: message.value), at: now) }
            if device >= 0 { callDevice(device, at: now) }
        case .farUpdate: executeFar(message)
        case .invalidation: refetch(message.place)
        case .event: deliverEvent()
        case .timer: lookAtTimer(of: Int(message.agent))
        case .eventTimer: lookAtEventTimer(of: Int(message.agent))
        case .phase, .measuredPhase:
            words.store32(Word32(offset: message.place), UInt32(truncatingIfNeeded: message.value), .relaxed)
            if message.kind == .measuredPhase { beginMeasuring() }
        }
    }

    /// Something has happened that a device's agent must look at: at once, or before it goes to sleep the next time.
    mutating func callDevice(_ device: Int, at time: UInt64) {
        if agents[device].state == .waitsForRegister {
            wake(device, at: time)
        } else {
            extras[device].eventPending = true
        }
    }

    private mutating func startDeferredStore(_ message: Message) {
        let agent = Int(message.agent)
        let line = message.place >> 6
        let use = exclusiveUse(of: line, by: agent, at: now)
        if use != nil { noteWrite(to: line, by: agent) }
        let granted = use ?? requestExclusive(line, by: agent, at: now)
        var store = message
        store.kind = message.kind == .deferredStore32 ? .store32 : .store64
        send(store, at: granted)
        agents[agent].storesDone = max(agents[agent].storesDone, granted)
        agents[agent].deferredStores &-= 1
        if agents[agent].deferredStores == 0, agents[agent].state == .waitsForStores {
            wake(agent, at: max(agents[agent].time, agents[agent].storesDone))
        }
    }

    private mutating func executeFar(_ message: Message) {
        let agent = Int(message.agent)
        extras[agent].farResult = Update(kind: message.update, operand: message.value, expected: message.expected)
            .apply(to: words, at: message.place)
        wake(agent, at: now &+ latencies.home(from: agents[agent].die) / 2)
    }

    /// Who watched the line reads it again; a thread when it looks the next time.
    private mutating func refetch(_ line: Int) {
        var watcher = lines[line].firstWatcher
        lines[line].firstWatcher = -1
        while watcher >= 0 {
            let agent = Int(watcher)
            watcher = agents[agent].nextWatcher
            agents[agent].nextWatcher = -1
            if isThreaded {
                // Its looks come at any time from the store on, which was half a transfer ago; those too early ask when the line has gone.
                let look = agents[agent].draw(below: model.processor.relax &+ 1)
                wake(agent, at: now &+ look &- min(look, model.memory.transferInCluster / 2))
            } else {
                wake(agent, at: requestShared(line, by: agent, at: now &+ model.processor.wake), withCopyOf: line)
            }
        }
    }

    private mutating func deliverEvent() {
        for agent in 0..<processors {
            if agents[agent].state == .waitsForEvent {
                wake(agent, at: now &+ model.processor.wake)
            } else {
                extras[agent].eventPending = true
            }
        }
    }

    /// A timer serves all waits of an agent: one that has come too early for the present wait is sent out again.
    private mutating func lookAtTimer(of agent: Int) {
        timers.refill(&events)
        if extras[agent].timerTime == now { extras[agent].timerTime = .max }
        guard agents[agent].state == .watchesLine else { return }
        guard extras[agent].deadline <= now else {
            setTimer(of: agent)
            return
        }
        stopWatching(agent)
        wake(agent, at: now)
    }

    private mutating func lookAtEventTimer(of agent: Int) {
        timers.refill(&events)
        extras[agent].eventTimerPending = false
        guard agents[agent].state == .waitsForEvent else { return }
        guard extras[agent].eventDeadline <= now else {
            setEventTimer(of: agent)
            return
        }
        wake(agent, at: now)
    }

    mutating func setEventTimer(of agent: Int) {
        guard !extras[agent].eventTimerPending else { return }
        extras[agent].eventTimerPending = true
        sendTimer(.eventTimer, of: agent, at: extras[agent].eventDeadline)
    }

    mutating func setTimer(of agent: Int) {
        guard extras[agent].deadline < extras[agent].timerTime else { return }
        extras[agent].timerTime = extras[agent].deadline
        sendTimer(.timer, of: agent, at: extras[agent].deadline)
    }

    @inline(never)
    private mutating func sendTimer(_ kind: Message.Kind, of agent: Int, at time: UInt64) {
        let message = messages.add(Message(kind: kind, agent: Int32(truncatingIfNeeded: agent), place: 0))
        timers.add(events.makeEvent(target: agentCount &+ message, at: time), to: &events)
    }

    private mutating func stopWatching(_ agent: Int) {
        let line = Int(extras[agent].watchedLine)
        let number = Int32(truncatingIfNeeded: agent)
        if lines[line].firstWatcher == number {
            lines[line].firstWatcher = agents[agent].nextWatcher
        } else {
            var watcher = Int(lines[line].firstWatcher)
            while agents[watcher].nextWatcher != number { watcher = Int(agents[watcher].nextWatcher) }
            agents[watcher].nextWatcher = agents[agent].nextWatcher
        }
        agents[agent].nextWatcher = -1
    }
}
