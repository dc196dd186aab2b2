using Project38.Sandbox.Native;

namespace Project38.Sandbox.Staging;

/// <summary>A folder that belongs to the platform's user, and that no other user can change or replace.</summary>
internal static class OwnedFolder
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int DoNotFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint OwnerAndMode = 0x1 | 0x2 | 0x8; // STATX_TYPE | STATX_MODE | STATX_UID
    private const int KindMask = 0xF000;
    private const int KindFolder = 0x4000;
    private const int Sticky = 0x200;
    private const int WritableByOthers = 0x12; // 0022
    private const int EnterableByOthers = 0x1; // 0001

    private const UnixFileMode Mode = (UnixFileMode)0x1ED; // 0755

    /// <summary>Makes the folder where it is missing, and checks the way to it.</summary>
    /// <exception cref="IOException">Another user could put something else in its place; or a run cannot enter it.</exception>
    public static string Require(string path)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(full, Mode);
        var user = LibC.EffectiveUserId();
        for (var folder = full; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var (owner, mode) = Look(folder);
            var last = folder == full;
            var trusted = owner == user || (!last && owner == 0);
            var open = (mode & WritableByOthers) != 0 && (last || (mode & Sticky) == 0);
            if (!trusted || open || (mode & KindMask) != KindFolder)
            {
                throw new IOException(
                    $"{folder} is a link, belongs to another user, or can be written by one, so nothing is staged in {full}. "
                        + $"Set {nameof(SandboxOptions)}.{nameof(SandboxOptions.StagingFolder)} to a folder that is yours."
                );
            }

            if (user == 0 && (mode & EnterableByOthers) == 0)
            {
                throw new IOException(
                    $"{folder} cannot be entered by other users, so a run could not read what is staged in {full}. "
                        + $"Set {nameof(SandboxOptions)}.{nameof(SandboxOptions.StagingFolder)} to another folder."
                );
            }
        }

        return full;
    }

    private static unsafe (uint Owner, int Mode) Look(string path)
    {
        FileStatus status;
        LibC.Check(LibC.Stat(CurrentFolder, path, DoNotFollow, OwnerAndMode, &status), $"statx({path})");
        return (status.UserId, status.Mode);
    }
}
