#!/bin/sh
# Runs the backend and tiny-model tests with instruction sets switched off one after the other: everything, no AVX-512, no VNNI, no AVX at all.
# A tier that this processor lacks falls back to the next, so every mode runs everywhere. Usage: tests/run-isa-modes.sh [dotnet test options]
set -e
cd "$(dirname "$0")/.."
project=tests/Agentic.Inference.Tests
dotnet build "$project" -c Release -v quiet -nologo
for mode in ALL=1 DOTNET_EnableAVX512=0 DOTNET_EnableAVXVNNI=0 DOTNET_EnableAVX=0; do
  echo "== $mode"
  env "$mode" dotnet test "$project" -c Release --no-build -nologo --filter "FullyQualifiedName~Inference.Tests.Backends|FullyQualifiedName~SimdModel" "$@"
done
