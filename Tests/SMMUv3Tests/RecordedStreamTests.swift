import Testing

import SMMUv3

/// Commands that a real kernel issued.
@Suite struct RecordedStreamTests {
    private func rules(_ stream: String) -> CommandRules {
        CommandRules(rangeInvalidation: !stream.hasSuffix("noril"))
    }

    private func check(_ commands: some Sequence<Command>, of stream: String) {
        let rules = rules(stream)
        for command in commands {
            #expect(Command(DecodedCommand(command)) == command)
            #expect(command.problems(under: rules) == [], "\(command.describe(under: rules))")
            #expect(!command.isIllegal(under: rules))
        }
    }

    @Test(arguments: Fixture.streams) func samplesDecodeAndEncode(stream: String) throws {
        let sample = try Fixture.sample(stream)
        try #require(sample.count > 4000)
        check(Set(sample), of: stream)
    }

    @Test(.enabled(if: Fixture.fullStreams != nil), arguments: Fixture.streams)
    func fullStreamsDecodeAndEncode(stream: String) throws {
        let folder = try #require(Fixture.fullStreams)
        let commands = try Fixture.distinctCommands(stream, in: folder)
        try #require(commands.count >= 60)
        check(commands, of: stream)
    }

    /// The driver's own encoder, given the fields of a recorded command, builds the same words.
    @Test(arguments: Fixture.streams) func theDriversEncoderRebuildsThem(stream: String) throws {
        for command in Set(try Fixture.sample(stream)) {
            var entry = LinuxCommandEntry(opcodeByte: command.opcodeByte)
            for field in DecodedCommand(command).fields {
                let name = field.field == .va || field.field == .ipa ? "addr" : field.field.rawValue
                guard let argument = LinuxCommandEntry.Argument(rawValue: name) else { continue }
                entry.set(argument, to: field.value)
            }
            #expect(LinuxEncoder.encode(entry) == .init(ret: 0, command: command))
        }
    }

    @Test(arguments: Fixture.streams) func splitsAsTheDriver(stream: String) throws {
        let sample = try Fixture.sample(stream)
        // Only the first part of a sample is contiguous, unless it is the whole run.
        let contiguous = sample.count < 6000 ? sample[...] : sample.prefix(3000)
        #expect(try unmapsThatSplitBack(contiguous, range: rules(stream).rangeInvalidation) > 0)
    }

    /// A part of a run in which the driver needed two commands for nine unmaps.
    @Test func splitsUnmapsOfSeveralCommandsAsTheDriver() throws {
        let commands = try Fixture.commands("k612_strict_4cpu.unmaps.csv.xz")
        let tlbis = commands.filter { $0.opcode == .tlbiNHVA }.count
        let unmaps = try unmapsThatSplitBack(commands[...], range: true)
        #expect(unmaps == tlbis - 9)
    }

    /// Splits the ranges that recorded commands cover, expects those commands back, and returns how many
    /// ranges there were.
    ///
    /// A run of commands belongs to one unmap where each begins at the end of the last one with SCALE 5
    /// or more above it: the split takes 5 bits of the number of pages at a time.
    private func unmapsThatSplitBack(_ commands: ArraySlice<Command>, range: Bool) throws -> Int {
        var unmaps: [[Command]] = []
        for command in commands where command.opcode == .tlbiNHVA {
            if let last = unmaps.last?.last, range, last.word0 >> 32 == command.word0 >> 32,
                last.address + last.rangeGranules << 12 == command.address, command.scale >= last.scale + 5
            {
                unmaps[unmaps.count - 1].append(command)
            } else {
                unmaps.append([command])
            }
        }
        for unmap in unmaps {
            let pages = range ? unmap.reduce(0) { $0 + $1.rangeGranules } : 1
            let split = try UnmapInvalidation(
                .stage1(asid: unmap[0].asid, vmid: unmap[0].vmid), address: unmap[0].address, pages: pages,
                leaf: unmap[0].leaf, rangeInvalidation: range)
            #expect(Array(split) == unmap)
        }
        return unmaps.count
    }
}
