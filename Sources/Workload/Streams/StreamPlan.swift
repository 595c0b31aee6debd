/// Everything that decides what each producer issues. Equal plans give equal streams.
package struct StreamPlan: Sendable {
    package enum Source: Sendable {
        case dma(DMALoop)
        case dmaMap(DMAMapLoop)
        case mix(OpcodeMix)
        /// Nothing but CMD_SYNCs, of which `commands` are then the number.
        case loneSync
        case recorded(RecordedStream)
    }

    package var source: Source
    /// 1 or more.
    package var producers: Int
    /// Commands per operation, each operation with one sync; 1 or more.
    /// Nil: as the source has it (the commands of one unmap or flush, one command of a mix, a recorded unit).
    /// A recorded stream takes none.
    package var batch: Int?
    /// Over all producers, CMD_SYNCs not counted; 1 or more. Nil: endless, or once through with `once`.
    package var commands: Int?
    /// A recorded stream ends with its recording instead of beginning anew. Of no meaning where `commands` is given.
    package var once = false
    package var seed: UInt64

    package init(
        _ source: Source, producers: Int, batch: Int? = nil, commands: Int?, once: Bool = false, seed: UInt64
    ) {
        self.source = source
        self.producers = producers
        self.batch = batch
        self.commands = commands
        self.once = once
        self.seed = seed
    }

    /// A synthetic cycle has about this many commands per producer (and at least one operation) before it repeats.
    package var commandsPerCycle = Self.standardCommandsPerCycle
    package static let standardCommandsPerCycle = 4096

    /// One stream per producer.
    package func streams() throws(WorkloadError) -> [ProducerStream] {
        try Self.check("producers", producers)
        if let batch { try Self.check("batch", batch) }
        if let commands { try Self.check("commands", commands) }
        switch source {
        case .dma(let loop):
            try loop.validate()
            return shares.enumerated().map { producer, share in
                loop.stream(producer: producer, batch: batch, commands: share, cycle: commandsPerCycle, seed: seed)
            }
        case .dmaMap(let loop):
            return shares.enumerated().map { producer, share in
                loop.stream(producer: producer, commands: share, cycle: commandsPerCycle, seed: seed)
            }
        case .mix(let mix):
            let drawing = try mix.drawing()
            return shares.enumerated().map { producer, share in
                drawing.stream(producer: producer, batch: batch, commands: share, cycle: commandsPerCycle, seed: seed)
            }
        case .loneSync:
            return shares.map { share in
                ProducerStream(commands: [], cycle: [.init(start: 0, count: 0, sync: true)], cycles: share, tail: [])
            }
        case .recorded(let stream):
            guard batch == nil else { throw .batchOfRecordedStream(name: stream.name) }
            return try stream.streams(producers: producers, commands: commands, once: once)
        }
    }

    /// `commands` split evenly, the remainder one each to the lowest producers.
    private var shares: [Int?] {
        (0..<producers).map { producer in
            commands.map { $0 / producers + (producer < $0 % producers ? 1 : 0) }
        }
    }

    private static func check(_ parameter: String, _ value: Int) throws(WorkloadError) {
        guard value >= 1 else {
            throw .outOfRange(parameter: parameter, value: value, allowed: "1 or more")
        }
    }
}
