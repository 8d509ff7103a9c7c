"""What the reader of variation weights must be told about single columns."""

import numpy as np

from weighting.core.refusal import Notice

K_SHARE_OF_LARGEST = 0.01
RECIPROCAL_CEILING = 0.5 / np.sqrt(2.0)
RECIPROCALS = ("reciprocal", "reciprocal_unit_free")


def variation_notices(raw, signs, codes, variation, raw_variation, method, k):
    """Return the warnings about single columns, column by column."""
    ceiling = RECIPROCAL_CEILING * np.sqrt(raw.shape[0] / (raw.shape[0] - 1))
    turned = (signs == -1) if method in RECIPROCALS else np.zeros(len(codes), dtype=bool)
    found = []
    for j in np.flatnonzero(turned | (variation == 0) | np.isnan(raw_variation)).tolist():
        code, column = codes[j], raw[:, j]
        both = {"variation": float(variation[j]), "raw_variation": float(raw_variation[j])}
        smallest, largest = float(np.nanmin(column)), float(np.nanmax(np.abs(column)))
        if variation[j] == 0:
            found.append(Notice("constant_column", code, {"value": smallest}))
        elif turned[j] and smallest < 0:
            found.append(Notice("negative_under_reciprocal", code, both | {"smallest": smallest}))
        elif turned[j]:
            found.append(Notice("reciprocal_ceiling", code, both | {"ceiling": float(ceiling)}))
        if turned[j] and method == "reciprocal" and k > K_SHARE_OF_LARGEST * largest:
            found.append(Notice("k_large_for_unit", code, {"k": float(k), "largest": largest}))
        if np.isnan(raw_variation[j]):
            found.append(Notice("raw_variation_undefined", code, {"mean": float(np.nanmean(column))}))
    return tuple(found)
