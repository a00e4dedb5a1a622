"""The encoder's graph, without its weights: `python -m resonance.training.graph`.

A BERT of 6 layers and 384 dimensions, as all-MiniLM-L6-v2 is, written node by node with
`onnx.helper`, so that no torch is needed to make it or to run it. Its initialisers are external
and bear the names of the tensors in the model's safetensors file; `engine.open_session` puts
the tensors in. Other weights of the same shapes run in the same graph.

Input: `ids` and `types` (n_texts, n_tokens), int32; texts of a batch have the same number of
tokens, so there is no mask. Output: `tokens` (n_texts, n_tokens, 384), float32, the last
hidden layer. Needs the package `onnx`; the file it writes is the same every time.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper

from resonance.engine import GRAPH

N_LAYERS, N_DIMS, N_HEADS, N_INNER = 6, 384, 12, 1536
N_WORDS, N_PLACES, N_TYPES = 30522, 512, 2
EPSILON = 1e-12  # of every layer normalisation
MICROSOFT = "com.microsoft"  # onnxruntime's own fused operators, part of every build of it


def build_graph() -> bytes:
    """The serialised ONNX model, some 20 kB."""
    return _Builder().model().SerializeToString(deterministic=True)


class _Builder:
    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.initializers: list[TensorProto] = [
            helper.make_tensor("rows", TensorProto.INT64, [2], [-1, N_DIMS])
        ]

    def model(self) -> ModelProto:
        # Linear layers work on one row per token, attention on one block per text.
        self.node(
            "EmbedLayerNormalization",
            ["ids", "types", *self.embeddings()],
            ["embedded", "unused_mask"],
            epsilon=EPSILON,
        )
        self.node("Shape", ["embedded"], ["shape"], domain="")
        self.node("Reshape", ["embedded", "rows"], ["embedded_rows"], domain="")
        hidden = "embedded_rows"
        for i in range(N_LAYERS):
            hidden = self.layer(f"encoder.layer.{i}", hidden)
        self.node("Reshape", [hidden, "shape"], ["tokens"], domain="")
        return helper.make_model(
            self.graph(),
            opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)],
            ir_version=8,
        )

    def graph(self) -> GraphProto:
        ids, types = (
            helper.make_tensor_value_info(name, TensorProto.INT32, ["n_texts", "n_tokens"])
            for name in ("ids", "types")
        )
        tokens = helper.make_tensor_value_info(
            "tokens", TensorProto.FLOAT, ["n_texts", "n_tokens", N_DIMS]
        )
        return helper.make_graph(
            self.nodes, "minilm", [ids, types], [tokens], initializer=self.initializers
        )

    def embeddings(self) -> list[str]:
        return [
            self.weight("embeddings.word_embeddings.weight", N_WORDS, N_DIMS),
            self.weight("embeddings.position_embeddings.weight", N_PLACES, N_DIMS),
            self.weight("embeddings.token_type_embeddings.weight", N_TYPES, N_DIMS),
            *self.norm("embeddings.LayerNorm"),
        ]

    def layer(self, name: str, x: str) -> str:
        """Self-attention, then the inner layer, each added to what came in and normalised."""
        heads = []
        for part in ("query", "key", "value"):
            rows = self.linear(f"{name}.attention.self.{part}", x, N_DIMS, N_DIMS)
            self.node("Reshape", [rows, "shape"], [f"{name}.{part}"], domain="")
            heads.append(f"{name}.{part}")
        self.node("MultiHeadAttention", heads, [f"{name}.heads"], num_heads=N_HEADS)
        self.node("Reshape", [f"{name}.heads", "rows"], [f"{name}.heads_rows"], domain="")
        out = self.linear(f"{name}.attention.output.dense", f"{name}.heads_rows", N_DIMS, N_DIMS)
        x = self.add_and_norm(f"{name}.attention.output.LayerNorm", out, x)

        inner = self.linear(f"{name}.intermediate.dense", x, N_INNER, N_DIMS)
        self.node("Gelu", [inner], [f"{name}.gelu"])  # by erf, not the tanh approximation
        out = self.linear(f"{name}.output.dense", f"{name}.gelu", N_DIMS, N_INNER)
        return self.add_and_norm(f"{name}.output.LayerNorm", out, x)

    def linear(self, name: str, x: str, n_out: int, n_in: int) -> str:
        weight = self.weight(f"{name}.weight", n_out, n_in)
        self.node("Gemm", [x, weight, self.weight(f"{name}.bias", n_out)], [name], "", transB=1)
        return name

    def add_and_norm(self, name: str, x: str, skip: str) -> str:
        inputs = [x, skip, *self.norm(name)]
        self.node("SkipLayerNormalization", inputs, [name], epsilon=EPSILON)
        return name

    def norm(self, name: str) -> list[str]:
        return [self.weight(f"{name}.weight", N_DIMS), self.weight(f"{name}.bias", N_DIMS)]

    def weight(self, name: str, *shape: int) -> str:
        tensor = TensorProto(
            name=name,
            data_type=TensorProto.FLOAT,
            dims=shape,
            data_location=TensorProto.EXTERNAL,
        )
        tensor.external_data.add(key="location", value="model.safetensors")
        self.initializers.append(tensor)
        return name

    def node(
        self,
        kind: str,
        inputs: list[str],
        outputs: list[str],
        domain: str = MICROSOFT,
        **attributes: Any,
    ) -> None:
        self.nodes.append(
            helper.make_node(kind, inputs, outputs, outputs[0], domain=domain, **attributes)
        )


if __name__ == "__main__":
    Path(str(GRAPH)).write_bytes(build_graph())
