using Orchestrator.Dashboards;

// Run in the root of a checkout, by monitoring/make-dashboards.sh.
foreach (var dashboard in Dashboard.All)
    Write(dashboard.File, GrafanaJson.Of(dashboard));
Write(MetricsTable.Page, MetricsTable.In(File.ReadAllText(MetricsTable.Page)));

static void Write(string file, string text)
{
    File.WriteAllText(file, text);
    Console.WriteLine(file);
}
