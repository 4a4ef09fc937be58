using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Tensors;

/// <summary>The same arithmetic in place: each changes <c>x</c> and returns it, and allocates nothing.</summary>
/// <remarks><see cref="TensorArithmetic"/> says why the numbers need care.</remarks>
public static class TensorChanges
{
    public static Tensor PlusInPlace(this Tensor x, double y)
    {
        using var number = y.ToScalar();
        return x.add_(number, TensorArithmetic.One);
    }

    /// <summary>x + factor y.</summary>
    public static Tensor PlusInPlace(this Tensor x, Tensor y, double factor = 1)
    {
        using var number = factor.ToScalar();
        return x.add_(y, number);
    }

    public static Tensor MinusInPlace(this Tensor x, double y)
    {
        using var number = y.ToScalar();
        return x.sub_(number);
    }

    public static Tensor TimesInPlace(this Tensor x, double y)
    {
        using var number = y.ToScalar();
        return x.mul_(number);
    }

    public static Tensor OverInPlace(this Tensor x, double y)
    {
        using var number = y.ToScalar();
        return x.div_(number);
    }

    /// <summary>x + factor a b, element by element.</summary>
    public static Tensor PlusProductInPlace(this Tensor x, Tensor a, Tensor b, double factor)
    {
        using var number = factor.ToScalar();
        return x.addcmul_(a, b, number);
    }

    /// <summary>x + factor a / b, element by element.</summary>
    public static Tensor PlusQuotientInPlace(this Tensor x, Tensor a, Tensor b, double factor)
    {
        using var number = factor.ToScalar();
        return x.addcdiv_(a, b, number);
    }

    public static Tensor PowerInPlace(this Tensor x, double exponent)
    {
        using var number = exponent.ToScalar();
        return x.pow_(number);
    }

    public static Tensor ClampInPlace(this Tensor x, double least, double most)
    {
        using var from = least.ToScalar();
        using var to = most.ToScalar();
        return x.clamp_(from, to);
    }

    public static Tensor ClampMinInPlace(this Tensor x, double least)
    {
        using var number = least.ToScalar();
        return x.clamp_min_(number);
    }

    public static Tensor FillInPlace(this Tensor x, double value)
    {
        using var number = value.ToScalar();
        return x.fill_(number);
    }
}
