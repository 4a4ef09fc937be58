using System.CommandLine;

namespace Orchestrator.Commands;

/// <summary>Whoever is to lose something is asked first.</summary>
static class Consent
{
    public static Option<bool> Option() => new("--yes", "-y") { Description = "Do it without asking" };

    /// <param name="nothing">What is said where nobody agrees: <c>Nothing was changed</c>.</param>
    public static bool IsGiven(string nothing)
    {
        if (Console.IsInputRedirected)
        {
            Console.Error.WriteLine($"{nothing}: nobody can be asked here, say --yes.");
            return false;
        }

        Console.Error.Write("Do it? [y/N] ");
        if (Console.ReadLine()?.Trim() is "y" or "Y" or "yes")
            return true;
        Console.Error.WriteLine($"{nothing}.");
        return false;
    }
}
