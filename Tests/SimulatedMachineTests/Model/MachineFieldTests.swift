@testable import SimulatedMachine
import TestSupport
import Testing

@Suite struct MachineFieldTests {
    @Test func namesAreUniqueAndKebabCase() {
        #expect(Set(MachineField.all.map(\.path)).count == MachineField.all.count)
        for field in MachineField.all {
            #expect(field.key.allSatisfy { $0 == "-" || ($0.isASCII && ($0.isLowercase || $0.isNumber)) }, "\(field.path)")
            #expect(!field.meaning.isEmpty && !field.meaning.hasSuffix("."), "\(field.path)")
        }
    }

    /// Each field has a place of its own in the model, and every place has a field: equal fields mean equal models.
    @Test func theTableCoversTheModel() throws {
        var model = MachineModel(name: "m")
        var before = model
        for field in MachineField.all {
            before = model
            switch field.kind {
            case .time(_, let place): model[keyPath: place] &+= 1
            case .count(_, let place): model[keyPath: place] &+= 1
            case .choice(_, _, let place): model[keyPath: place].toggle()
            }
            #expect(model != before, "\(field.path)")
        }
        let places = [
            Mirror(reflecting: model.topology), Mirror(reflecting: model.processor), Mirror(reflecting: model.memory),
            Mirror(reflecting: model.device), Mirror(reflecting: model.workload),
        ].map(\.children.count).reduce(0, +)
        #expect(places == MachineField.all.count)
        // Nothing was counted twice: all values have moved by one step.
        let fresh = MachineModel(name: "m")
        for field in MachineField.all {
            switch field.kind {
            case .time(_, let place): #expect(model[keyPath: place] == fresh[keyPath: place] + 1, "\(field.path)")
            case .count(_, let place): #expect(model[keyPath: place] == fresh[keyPath: place] + 1, "\(field.path)")
            case .choice(_, _, let place): #expect(model[keyPath: place] != fresh[keyPath: place], "\(field.path)")
            }
        }
    }

    @Test(arguments: MachineField.all.map(\.path))
    func boundsAreTakenAndNothingBeyond(path: String) throws {
        let field = try #require(MachineField.named(path))
        var model = MachineModel(name: "m")
        switch field.kind {
        case .time(let range, let place):
            #expect(field.set(TimeText.render(range.lowerBound), in: &model) == nil && model[keyPath: place] == range.lowerBound)
            #expect(field.set(TimeText.render(range.upperBound), in: &model) == nil && model[keyPath: place] == range.upperBound)
            #expect(field.set(TimeText.render(range.upperBound + 1), in: &model)?.hasSuffix("is too large") == true)
            if range.lowerBound > 0 { #expect(field.set("0 ns", in: &model)?.hasSuffix("is too small") == true) }
            #expect(field.set("-1 ns", in: &model)?.hasSuffix("is negative") == true)
            #expect(field.set("12", in: &model)?.hasSuffix("has no unit") == true)
        case .count(let range, let place):
            #expect(field.set("\(range.lowerBound)", in: &model) == nil && model[keyPath: place] == range.lowerBound)
            #expect(field.set("\(range.upperBound)", in: &model) == nil && model[keyPath: place] == range.upperBound)
            #expect(field.set("\(range.upperBound + 1)", in: &model)?.hasSuffix("is too large") == true)
            #expect(field.set("-1", in: &model)?.hasSuffix("is negative") == true)
            for text in ["1 ns", "1.5", "many", "+1", "0x1", "99999999999999999999"] {
                #expect(field.set(text, in: &model)?.hasSuffix("is no whole number") == true)
            }
        case .choice(let no, let yes, let place):
            #expect(field.set(no, in: &model) == nil && !model[keyPath: place])
            #expect(field.set(yes, in: &model) == nil && model[keyPath: place])
            #expect(field.set(yes.uppercased(), in: &model)?.hasSuffix("is unknown") == true)
        }
    }
}
