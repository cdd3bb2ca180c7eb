namespace Agentic.Inference.Backends;

/// <summary>Blocks within the rows of a buffer (heads, or the experts' shares of a row): row r, block j starts at <c>r · Stride + Offset + j · BlockStride</c>.</summary>
/// <param name="Buffer">Float32 elements.</param>
/// <param name="Stride">Elements between rows.</param>
/// <param name="BlockStride">Elements between blocks of a row; 0 = all blocks of a row are the same.</param>
/// <param name="Offset">Where block 0 of row 0 starts.</param>
public readonly record struct RowBlocks(DeviceBuffer Buffer, int Stride, int BlockStride, int Offset = 0);
