using Orchestrator.Evaluation.Features.Inception;
using Orchestrator.Evaluation.Weights;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Data;

namespace Orchestrator.Evaluation.Scoring;

/// <summary>What an evaluation needs, whatever the flow.</summary>
public static class EvaluationData
{
    /// <summary>The least number of images: below it the kernel distance has no standard error.</summary>
    const int LeastTest = 4;

    /// <returns>What is wrong, in words that name the data set; null where it can be evaluated on.</returns>
    public static string? Fault(ImageDataset data)
    {
        if (data.Test.Count < LeastTest)
            return $"data set {data.Name}: {data.Test.Count} test images; an evaluation needs at least {LeastTest}";
        var ofOneClass = data.Test.Labels.CountBy(label => label).Max(count => count.Value);
        return ofOneClass >= 2
            ? null
            : $"data set {data.Name}: each of its {data.Test.Count} test images has another label; an evaluation needs two of one class";
    }

    /// <summary>Reads the weights of the feature network that a user brought, where there are some.</summary>
    /// <param name="folder">The folder of feature networks.</param>
    /// <returns>What is wrong with them; null where nothing is, or there are none.</returns>
    public static string? WeightsFault(EvaluationSpec spec, string folder)
    {
        if (spec.Features == "domain")
            return null;
        try
        {
            if (InceptionWeights.In(folder) is { } weights)
                InceptionFeatures.Load(weights).Dispose();
            return null;
        }
        catch (WeightsException wrong)
        {
            return wrong.Message;
        }
    }
}
