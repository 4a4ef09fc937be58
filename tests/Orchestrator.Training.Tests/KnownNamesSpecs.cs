using Orchestrator.Flows.Architectures;
using Orchestrator.Flows.Distributions;
using Orchestrator.Flows.Interpolation;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Data;
using Orchestrator.Training.Optimisation;

namespace Orchestrator.Training.Tests;

/// <summary>What a sweep file may name and what there is are one list, kept in two projects that know nothing of each other.</summary>
public sealed class KnownNamesSpecs
{
    [Fact]
    public void Architectures() => Assert.Equal(FlowArchitectures.Names.Order(), KnownNames.Architectures.Order());

    [Fact]
    public void Couplings() => Assert.Equal(CouplingMaps.Names.Order(), KnownNames.Couplings.Order());

    [Fact]
    public void Mixings() => Assert.Equal(ChannelMixing.Names.Order(), KnownNames.Mixings.Order());

    [Fact]
    public void The_optimisers() => Assert.Equal(Optimizers.Names.Order(), KnownNames.Optimizers.Order());

    [Fact]
    public void Schedules() => Assert.Equal(LearningRate.Schedules.Order(), KnownNames.Schedules.Order());

    [Fact]
    public void Precisions() => Assert.Equal(NumberFormats.Names.Order(), KnownNames.Precisions.Order());

    [Fact]
    public void Base_distributions() => Assert.Equal(BaseDistributions.Names.Order(), KnownNames.BaseDistributions.Order());

    [Fact]
    public void Interpolation_schemes()
    {
        var all = new[]
        {
            BaseDistributions.Create("gaussian", 4),
            BaseDistributions.Create("dirichlet", 4, alpha: 2),
            BaseDistributions.Create("von-mises-fisher", 4, kappa: 4),
        }
            .SelectMany(InterpolationSchemes.For)
            .Select(scheme => scheme.Name)
            .Distinct();
        Assert.Equal(all.Order(), KnownNames.InterpolationSchemes.Order());
    }

    [Fact]
    public void Data_sets()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(
            new DatasetCatalogue(folder.At("datasets")).List().Select(dataset => dataset.Name).Order(),
            KnownNames.DataSets.Order()
        );
    }
}
