using System.Runtime.CompilerServices;

namespace Agentic.Inference.Backends.Cpu.Kernels;

/// <summary>What an integer kernel must know of a panel kind, as constants that the compiler folds.</summary>
internal interface IIntPanel
{
    /// <summary>Two codes a byte.</summary>
    static abstract bool Nibbles { get; }

    /// <summary>Products of two codes and activations that a 16-bit sum can hold: 8, 4, 2; 0 when the codes must be split in two planes.</summary>
    static abstract int Group { get; }

    /// <summary>Scales a row and block: 1 or 2.</summary>
    static abstract int Scales { get; }

    /// <summary>Code that means zero, when no minima are stored; else 0.</summary>
    static abstract int Offset { get; }
}

internal readonly struct NibblePanel : IIntPanel
{
    public static bool Nibbles { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => true; }
    public static int Group { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 8; }
    public static int Scales { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 1; }
    public static int Offset { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 0; }
}

internal readonly struct NibbleHalfPanel : IIntPanel
{
    public static bool Nibbles { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => true; }
    public static int Group { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 8; }
    public static int Scales { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 2; }
    public static int Offset { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 0; }
}

internal readonly struct Byte5Panel : IIntPanel
{
    public static bool Nibbles { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => false; }
    public static int Group { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 4; }
    public static int Scales { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 1; }
    public static int Offset { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 0; }
}

internal readonly struct Byte6HalfPanel : IIntPanel
{
    public static bool Nibbles { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => false; }
    public static int Group { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 2; }
    public static int Scales { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 2; }
    public static int Offset { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 32; }
}

internal readonly struct Byte8Panel : IIntPanel
{
    public static bool Nibbles { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => false; }
    public static int Group { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 0; }
    public static int Scales { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 1; }
    public static int Offset { [MethodImpl(MethodImplOptions.AggressiveInlining)] get => 128; }
}
