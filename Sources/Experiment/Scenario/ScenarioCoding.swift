import Machine
import Workload

/// The JSON of a scenario, as results carry it and `run --scenario` takes it: a key that is missing
/// keeps its default, an unknown key is an error. `docs/result-schema.md` has every key.
extension Scenario {
    private enum Key: String, CodingKey, CaseIterable {
        case machine, simulation, queue, algorithm, lock, sync, layout, forceSync
        case producers, vintfs, vcmdqsPerVINTF = "vcmdqsPerVintf", vintfOwner
        case log2Entries, allowSmallRing
        case workload, batch, length, repeats, warmups
        case device, backoff, pinned, seed, timeoutMilliseconds, latencySampling, checks, fault, disturbances, attendance
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownKeys(Key.self)
        let container = try decoder.container(keyedBy: Key.self)
        func read<Value: Decodable>(_ field: WritableKeyPath<Scenario, Value>, _ key: Key) throws {
            if container.contains(key) { self[keyPath: field] = try container.decode(Value.self, forKey: key) }
        }
        self.init()
        try read(\.machine, .machine)
        try read(\.simulation, .simulation)
        try read(\.queue, .queue)
        try read(\.algorithm, .algorithm)
        try read(\.lock, .lock)
        try read(\.sync, .sync)
        try read(\.layout, .layout)
        try read(\.forceSync, .forceSync)
        try read(\.producers, .producers)
        try read(\.vintfs, .vintfs)
        try read(\.vcmdqsPerVINTF, .vcmdqsPerVINTF)
        try read(\.vintfOwner, .vintfOwner)
        log2Entries = queue.defaultLog2Entries
        try read(\.log2Entries, .log2Entries)
        try read(\.allowSmallRing, .allowSmallRing)
        try read(\.workload, .workload)
        try read(\.batch, .batch)
        try read(\.length, .length)
        try read(\.repeats, .repeats)
        try read(\.warmups, .warmups)
        try read(\.device, .device)
        try read(\.backoff, .backoff)
        try read(\.pinned, .pinned)
        try read(\.seed, .seed)
        try read(\.timeoutMilliseconds, .timeoutMilliseconds)
        try read(\.latencySampling, .latencySampling)
        try read(\.checks, .checks)
        try read(\.fault, .fault)
        try read(\.disturbances, .disturbances)
        try read(\.attendance, .attendance)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(machine, forKey: .machine)
        try container.encode(simulation, forKey: .simulation)
        try container.encode(queue, forKey: .queue)
        try container.encode(algorithm, forKey: .algorithm)
        try container.encode(lock, forKey: .lock)
        try container.encode(sync, forKey: .sync)
        try container.encode(layout, forKey: .layout)
        try container.encode(forceSync, forKey: .forceSync)
        try container.encode(producers, forKey: .producers)
        try container.encode(vintfs, forKey: .vintfs)
        try container.encode(vcmdqsPerVINTF, forKey: .vcmdqsPerVINTF)
        try container.encode(vintfOwner, forKey: .vintfOwner)
        try container.encode(log2Entries, forKey: .log2Entries)
        try container.encode(allowSmallRing, forKey: .allowSmallRing)
        try container.encode(workload, forKey: .workload)
        // `encode`, not `encodeIfPresent`: nil is written as null.
        try container.encode(batch, forKey: .batch)
        try container.encode(length, forKey: .length)
        try container.encode(repeats, forKey: .repeats)
        try container.encode(warmups, forKey: .warmups)
        try container.encode(device, forKey: .device)
        try container.encode(backoff, forKey: .backoff)
        try container.encode(pinned, forKey: .pinned)
        try container.encode(seed, forKey: .seed)
        try container.encode(timeoutMilliseconds, forKey: .timeoutMilliseconds)
        try container.encode(latencySampling, forKey: .latencySampling)
        try container.encode(checks, forKey: .checks)
        try container.encode(fault, forKey: .fault)
        try container.encode(disturbances, forKey: .disturbances)
        try container.encode(attendance, forKey: .attendance)
    }
}

/// `{"commands": N}`, `{"seconds": S}` or `{"workload": true}`.
extension RunLength {
    private enum Key: String, CodingKey, CaseIterable { case commands, seconds, workload }

    package init(from decoder: any Decoder) throws {
        switch try decoder.onlyKey(Key.self) {
        case (.commands, let container): self = .commands(try container.decode(Int.self, forKey: .commands))
        case (.seconds, let container): self = .seconds(try container.decode(Double.self, forKey: .seconds))
        case (.workload, let container):
            guard try container.decode(Bool.self, forKey: .workload) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .workload, in: container, debugDescription: "only true is allowed")
            }
            self = .workload
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .commands(let commands): try container.encode(commands, forKey: .commands)
        case .seconds(let seconds): try container.encode(seconds, forKey: .seconds)
        case .workload: try container.encode(true, forKey: .workload)
        }
    }
}

/// `{"dma": {...}}`, `{"mix": {...}}`, `{"recorded": PATH}` or `{"sample": NAME}`.
extension WorkloadKind {
    private enum Key: String, CodingKey, CaseIterable { case dma, dmaMap, loneSync, mix, recorded, sample }

    package init(from decoder: any Decoder) throws {
        switch try decoder.onlyKey(Key.self) {
        case (.dma, let container): self = .dma(try container.decode(DMALoop.self, forKey: .dma))
        case (.dmaMap, let container): self = .dmaMap(try container.decode(DMAMapLoop.self, forKey: .dmaMap))
        case (.loneSync, let container):
            guard try container.decode(Bool.self, forKey: .loneSync) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .loneSync, in: container, debugDescription: "only true is allowed")
            }
            self = .loneSync
        case (.mix, let container): self = .mix(try container.decode(OpcodeMix.self, forKey: .mix))
        case (.recorded, let container):
            self = .recorded(path: try container.decode(String.self, forKey: .recorded))
        case (.sample, let container):
            self = .sample(name: try container.decode(String.self, forKey: .sample))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .dma(let loop): try container.encode(loop, forKey: .dma)
        case .dmaMap(let loop): try container.encode(loop, forKey: .dmaMap)
        case .loneSync: try container.encode(true, forKey: .loneSync)
        case .mix(let mix): try container.encode(mix, forKey: .mix)
        case .recorded(let path): try container.encode(path, forKey: .recorded)
        case .sample(let name): try container.encode(name, forKey: .sample)
        }
    }
}

extension SimulationParameters {
    private enum Key: String, CodingKey, CaseIterable { case warmupNanoseconds, placement, timeLimitSeconds }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownKeys(Key.self)
        let container = try decoder.container(keyedBy: Key.self)
        self.init()
        warmupNanoseconds = try container.decodeIfPresent(Int.self, forKey: .warmupNanoseconds) ?? warmupNanoseconds
        placement = try container.decodeIfPresent(Placement.self, forKey: .placement) ?? placement
        timeLimitSeconds = try container.decodeIfPresent(Double.self, forKey: .timeLimitSeconds) ?? timeLimitSeconds
    }
}

extension Disturbance {
    private enum Key: String, CodingKey, CaseIterable { case kind, producer, first, every, nanoseconds }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownKeys(Key.self)
        let container = try decoder.container(keyedBy: Key.self)
        self.init(try container.decode(Kind.self, forKey: .kind))
        producer = try container.decodeIfPresent(Int.self, forKey: .producer)
        first = try container.decodeIfPresent(Int.self, forKey: .first) ?? first
        every = try container.decodeIfPresent(Int.self, forKey: .every)
        nanoseconds = try container.decodeIfPresent(Int.self, forKey: .nanoseconds) ?? nanoseconds
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(kind, forKey: .kind)
        // `encode`, not `encodeIfPresent`: nil is written as null.
        try container.encode(producer, forKey: .producer)
        try container.encode(first, forKey: .first)
        try container.encode(every, forKey: .every)
        try container.encode(nanoseconds, forKey: .nanoseconds)
    }
}

extension Attendance {
    private enum Key: String, CodingKey, CaseIterable { case producer, startMicroseconds, insertions }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownKeys(Key.self)
        let container = try decoder.container(keyedBy: Key.self)
        self.init(producer: try container.decode(Int.self, forKey: .producer))
        startMicroseconds = try container.decodeIfPresent(Int.self, forKey: .startMicroseconds) ?? startMicroseconds
        insertions = try container.decodeIfPresent(Int.self, forKey: .insertions)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(producer, forKey: .producer)
        try container.encode(startMicroseconds, forKey: .startMicroseconds)
        try container.encode(insertions, forKey: .insertions)
    }
}

extension DeviceParameters {
    private enum Key: String, CodingKey, CaseIterable {
        case threads, tlbiNanoseconds, syncNanoseconds, fetchNanoseconds, consEvery, turnLimit
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownKeys(Key.self)
        let container = try decoder.container(keyedBy: Key.self)
        self.init()
        threads = try container.decodeIfPresent(Int.self, forKey: .threads) ?? threads
        tlbiNanoseconds = try container.decodeIfPresent(Int.self, forKey: .tlbiNanoseconds) ?? tlbiNanoseconds
        syncNanoseconds = try container.decodeIfPresent(Int.self, forKey: .syncNanoseconds) ?? syncNanoseconds
        fetchNanoseconds = try container.decodeIfPresent(Int.self, forKey: .fetchNanoseconds) ?? fetchNanoseconds
        consEvery = try container.decodeIfPresent(Int.self, forKey: .consEvery) ?? consEvery
        turnLimit = try container.decodeIfPresent(Int.self, forKey: .turnLimit) ?? turnLimit
    }
}

private struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Decoder {
    fileprivate func refuseUnknownKeys<Key: CodingKey & CaseIterable>(_: Key.Type) throws {
        let present = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
        let known = Key.allCases.map(\.stringValue)
        if let unknown = present.first(where: { !known.contains($0) }) {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: codingPath,
                    debugDescription:
                        "unknown key '\(unknown)'; allowed are \(known.joined(separator: ", "))"))
        }
    }

    /// The one key of an object that must have exactly one.
    fileprivate func onlyKey<Key: CodingKey & CaseIterable>(
        _: Key.Type
    ) throws -> (Key, KeyedDecodingContainer<Key>) {
        try refuseUnknownKeys(Key.self)
        let container = try container(keyedBy: Key.self)
        guard container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: codingPath,
                    debugDescription: "an object with exactly one of the keys "
                        + Key.allCases.map(\.stringValue).joined(separator: ", ") + " is expected"))
        }
        return (container.allKeys[0], container)
    }
}
