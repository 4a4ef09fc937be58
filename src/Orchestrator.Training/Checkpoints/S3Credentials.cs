using Amazon.Runtime;

namespace Orchestrator.Training.Checkpoints;

/// <summary>Credentials come from the environment alone: what a task file, a checkpoint or a log holds is read by many.</summary>
static class S3Credentials
{
    public const string KeyId = "AWS_ACCESS_KEY_ID";
    public const string Secret = "AWS_SECRET_ACCESS_KEY";
    const string SessionToken = "AWS_SESSION_TOKEN";

    /// <exception cref="StorageException">There are none.</exception>
    public static AWSCredentials From(Func<string, string?> environment) =>
        (environment(KeyId), environment(Secret), environment(SessionToken)) switch
        {
            (null or "", _, _) or (_, null or "", _) => throw new StorageException(
                $"storage: {KeyId} and {Secret} must be set in the environment of this node"
            ),
            ({ } key, { } secret, null or "") => new BasicAWSCredentials(key, secret),
            ({ } key, { } secret, { } token) => new SessionAWSCredentials(key, secret, token),
        };
}
