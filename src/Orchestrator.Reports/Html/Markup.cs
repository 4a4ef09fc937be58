using System.Reflection;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Orchestrator.Reports.Html;

/// <summary>HTML as XML elements: text is escaped by construction, and the page reads as XML as well.</summary>
static class Markup
{
    static readonly HashSet<string> WithoutContent = ["br", "col", "hr", "img", "link", "meta"];

    public static XElement Element(string name, params IEnumerable<object?> content) => new(name, content);

    public static XElement Styled(string name, string className, params IEnumerable<object?> content) =>
        new(name, new XAttribute("class", className), content);

    public static XElement Section(string id, string title, params IEnumerable<object?> content) =>
        new("section", new XAttribute("aria-labelledby", id), new XElement("h2", new XAttribute("id", id), title), content);

    /// <summary>A table that scrolls within itself where the page is narrower.</summary>
    public static XElement Scrolling(XElement table) => Styled("div", "scroll", new XAttribute("tabindex", 0), table);

    /// <summary>A cell that stays in sight while its table scrolls.</summary>
    public static XElement Caption(string text) => Element("caption", Element("span", text));

    public static XElement Head(bool isNumber, params IEnumerable<object?> content) =>
        new("th", new XAttribute("scope", "col"), Numeric(isNumber), content);

    public static XElement RowHead(params IEnumerable<object?> content) => new("th", new XAttribute("scope", "row"), content);

    public static XElement Cell(bool isNumber, params IEnumerable<object?> content) => new("td", Numeric(isNumber), content);

    public static string StyleSheet()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    public static string Document(XElement html)
    {
        foreach (var element in html.DescendantsAndSelf())
        {
            foreach (var attribute in element.Attributes())
                attribute.Value = Printable(attribute.Value);
            // HTML reads <p/> as the beginning of a paragraph.
            if (element.IsEmpty && !WithoutContent.Contains(element.Name.LocalName))
                element.Value = "";
        }

        foreach (var text in html.DescendantNodes().OfType<XText>())
            text.Value = Printable(text.Value);
        return "<!DOCTYPE html>\n" + html.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    static XAttribute? Numeric(bool isNumber) => isNumber ? new("class", "number") : null;

    /// <summary>What a crashing process says may hold characters that no document can.</summary>
    static string Printable(string text)
    {
        if (text.All(XmlConvert.IsXmlChar))
            return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? Rune.ReplacementChar : rune);
        return clean.ToString();
    }
}
