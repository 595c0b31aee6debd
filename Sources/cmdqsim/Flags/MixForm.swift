import Experiment
import SMMUv3
import Workload

/// `NAME=WEIGHT,...`, the names as `cmdqsim list opcodes` has them.
enum MixForm {
    static func parse(_ text: String) throws(FormError) -> OpcodeMix {
        var weights: [String: Int] = [:]
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw FormError("'\(item)' has not the form NAME=WEIGHT")
            }
            guard let opcode = Opcode(name: parts[0]), OpcodeMix.allowedNames.contains(opcode.name) else {
                throw FormError(
                    "'\(parts[0])' is no command of a mix; allowed are \(OpcodeMix.allowedNames.joined(separator: ", "))")
            }
            let weight = try SingleValue.integer(String(parts[1]), allowed: Scenario.Allowed.weight)
            guard weights.updateValue(weight, forKey: opcode.name) == nil else {
                throw FormError("\(opcode.name) has two weights; one is allowed")
            }
        }
        var mix = OpcodeMix()
        mix.weights = weights
        return mix
    }
}
