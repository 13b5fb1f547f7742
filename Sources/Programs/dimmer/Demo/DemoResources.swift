import Foundation

/// Resources of the demo that live inside the program.
enum DemoResources {
  static let files: [(name: String, bytes: [UInt8])] = [
    ("train.py", PackageResources.train_py), ("digits.py", PackageResources.digits_py),
    ("digit_classifier.py", PackageResources.digit_classifier_py),
    ("requirements.txt", PackageResources.requirements_txt),
    ("text_articles.py", PackageResources.text_articles_py),
    ("text_articles.txt", PackageResources.text_articles_txt),
    ("text_articles_licence.txt", PackageResources.text_articles_licence_txt),
    ("text_bulletins.py", PackageResources.text_bulletins_py),
    ("text_centroid.py", PackageResources.text_centroid_py),
    ("text_chat.py", PackageResources.text_chat_py),
    ("text_clauses.py", PackageResources.text_clauses_py),
    ("text_connection.py", PackageResources.text_connection_py),
    ("text_document.py", PackageResources.text_document_py),
    ("text_family.py", PackageResources.text_family_py),
    ("text_frequency.py", PackageResources.text_frequency_py),
    ("text_graph.py", PackageResources.text_graph_py),
    ("text_interval.py", PackageResources.text_interval_py),
    ("text_latent.py", PackageResources.text_latent_py),
    ("text_lead.py", PackageResources.text_lead_py),
    ("text_prepare.py", PackageResources.text_prepare_py),
    ("text_restarts.py", PackageResources.text_restarts_py),
    ("text_rouge.py", PackageResources.text_rouge_py),
    ("text_score.py", PackageResources.text_score_py),
    ("text_search.py", PackageResources.text_search_py),
    ("text_selection.py", PackageResources.text_selection_py),
    ("text_server.py", PackageResources.text_server_py),
    ("text_vectors.py", PackageResources.text_vectors_py),
  ]

  /// Writes the scripts to a folder, leaving files alone that are the same already.
  static func unpack(to directory: String) throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    for file in files {
      let path = "\(directory)/\(file.name)"
      if let present = FileManager.default.contents(atPath: path), Array(present) == file.bytes { continue }
      try Files.write(String(decoding: file.bytes, as: UTF8.self), to: path)
    }
  }
}
