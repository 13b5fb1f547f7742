"""What MLServer runs: one trained classifier, digits in, labels out, over KServe v2."""

from __future__ import annotations

import joblib
import numpy as np
from mlserver import MLModel
from mlserver.errors import InferenceError
from mlserver.types import InferenceRequest, InferenceResponse, ResponseOutput
from mlserver.utils import get_model_uri
from numpy.typing import NDArray


class DigitClassifier(MLModel):
    """Answers one tensor `[n, 64]` of grey levels 0 to 16 with one INT64 tensor `[n]` of digits."""

    async def load(self) -> bool:
        """Reads the classifier that `train.py` wrote."""
        self._classifier = joblib.load(await get_model_uri(self.settings))
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        """Labels every image of the request, in order."""
        try:
            labels = self._classifier.predict(self._images(payload))
        except (TypeError, ValueError) as error:
            raise InferenceError(f"{self.name} cannot read the images: {error}") from error
        output = ResponseOutput(name="labels", shape=[len(labels)], datatype="INT64", data=labels.tolist())
        return InferenceResponse(model_name=self.name, outputs=[output])

    def _images(self, payload: InferenceRequest) -> NDArray[np.float64]:
        """The request's images, converted once, straight to the type that the classifier computes in."""
        width = self._classifier.n_features_in_
        if len(payload.inputs) != 1:
            raise InferenceError(f"{self.name} takes one input tensor, not {len(payload.inputs)}")
        tensor = payload.inputs[0]
        if tensor.datatype not in ("UINT8", "FP32"):
            raise InferenceError(f"{self.name} takes UINT8 or FP32, not {tensor.datatype}")
        if len(tensor.shape) != 2 or tensor.shape[0] < 1 or tensor.shape[1] != width:
            raise InferenceError(f"{self.name} takes the shape [n, {width}], not {tensor.shape}")
        return np.array(tensor.data.root, dtype=np.float64).reshape(tensor.shape)
