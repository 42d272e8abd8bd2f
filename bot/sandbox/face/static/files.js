// Files on their way to the server.

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

export async function contents(files) {
  return Promise.all([...files].map(async (file) => ({ name: file.name, content: await base64(file) })));
}
