using System.Text.Json.Serialization;

namespace Orchestrator.Evaluation.Images;

/// <summary>How an image is brought to another size. The rule changes FID by several units, so it is part of every result's name.</summary>
public enum ResizeRule
{
    /// <summary>TensorFlow 1 bilinear: no half-pixel shift, no antialiasing. The rule of the original FID.</summary>
    [JsonStringEnumMemberName("tf1-bilinear")]
    Tf1Bilinear,

    /// <summary>Bilinear between pixel centres, no antialiasing (PyTorch's align_corners = false).</summary>
    [JsonStringEnumMemberName("half-pixel-bilinear")]
    HalfPixelBilinear,

    /// <summary>Bicubic (a = -1/2) whose support grows with the reduction, clipped to 0..255 (Pillow on floats; "clean FID", Parmar et al.
    /// 2022).</summary>
    [JsonStringEnumMemberName("antialiased-bicubic")]
    AntialiasedBicubic,
}
